/** Loss against step, on a canvas, logarithmic. Drawn at most once a frame, and only when something changed. */
import { columns, logRange, logTicks, position, stepTicks, type LogRange } from './chartScale.ts';
import { element, setText } from './dom.ts';
import { loss as lossText } from './format.ts';
import type { RunState } from '../shared/run/state.ts';
import type { PageState } from './state.ts';
import { strings } from './strings.ts';

/** Room for the labels, in CSS pixels. */
const MARGIN = { left: 44, right: 8, top: 8, bottom: 20 };

interface Plot {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

export class Chart {
  readonly element: HTMLElement;
  readonly #canvas = element('canvas', { role: 'img' });
  readonly #latest = element('span', { class: 'latest' });
  #run: RunState | undefined;
  #pointer: number | undefined;
  #scheduled = false;

  constructor() {
    this.element = element(
      'section',
      { class: 'chart' },
      element('h2', {}, strings.chart(), this.#latest),
      this.#canvas,
    );
    new ResizeObserver(() => this.#schedule()).observe(this.#canvas);
    // Themes change colours by classes and custom properties on these two.
    const themes = new MutationObserver(() => this.#schedule());
    for (const node of [document.documentElement, document.body]) themes.observe(node, { attributes: true });
    this.#canvas.addEventListener('pointermove', ({ offsetX }) => this.#point(offsetX));
    this.#canvas.addEventListener('pointerleave', () => this.#point(undefined));
  }

  update({ run, status }: PageState): void {
    // A run that failed before its first step has nothing to plot, one pass over the picture no loss, and a single step no course.
    const isEmpty = run?.losses.length === 0 && (status === 'failed' || run.step > 0);
    this.element.hidden = run === undefined || run.iterations === 1 || isEmpty;
    if (run?.losses === this.#run?.losses && run?.iterations === this.#run?.iterations) return;
    this.#run = run;
    this.#schedule();
  }

  #point(x: number | undefined): void {
    this.#pointer = x;
    this.#schedule();
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    requestAnimationFrame(() => {
      this.#scheduled = false;
      this.#draw();
    });
  }

  #draw(): void {
    const { clientWidth, clientHeight } = this.#canvas;
    if (clientWidth === 0) return;
    const ratio = window.devicePixelRatio;
    this.#canvas.width = Math.round(clientWidth * ratio);
    this.#canvas.height = Math.round(clientHeight * ratio);
    const context = this.#canvas.getContext('2d')!;
    context.scale(ratio, ratio);

    const style = getComputedStyle(this.#canvas);
    const color = (name: string) => style.getPropertyValue(name).trim() || style.color;
    const plot: Plot = {
      left: MARGIN.left,
      top: MARGIN.top,
      width: clientWidth - MARGIN.left - MARGIN.right,
      height: clientHeight - MARGIN.top - MARGIN.bottom,
    };
    const losses = this.#run?.losses ?? [];
    const iterations = this.#run?.iterations ?? 0;
    const range = logRange(losses);
    context.font = `11px ${style.fontFamily}`;
    context.lineWidth = 1;
    this.#axes(context, plot, range, iterations, color('--chart-grid'), color('--chart-text'));
    this.#describe(losses, range);
    if (!range) return;
    const y = (value: number) => plot.top + plot.height * (1 - position(value, range));
    const series = columns(losses, iterations, plot.width);

    context.strokeStyle = color('--chart-line');
    context.lineWidth = 1.5;
    context.lineJoin = 'round';
    context.beginPath();
    for (const { x, min, max, last } of series) {
      const left = plot.left + x;
      // The extremes of a column first, then on to its end, from where the next column goes on.
      for (const value of min === max ? [last] : [max, min, last]) context.lineTo(left, y(value));
    }
    context.stroke();
    this.#marker(context, plot, iterations, losses, y, color('--chart-line'));
  }

  #axes(
    context: CanvasRenderingContext2D,
    { left, top, width, height }: Plot,
    range: LogRange | undefined,
    iterations: number,
    grid: string,
    text: string,
  ): void {
    context.strokeStyle = grid;
    context.fillStyle = text;
    context.beginPath();
    context.textAlign = 'right';
    context.textBaseline = 'middle';
    for (const tick of range ? logTicks(range) : []) {
      // Half a pixel, so that a line of one pixel covers one row of pixels.
      const y = Math.round(top + height * (1 - position(tick, range!))) + 0.5;
      context.moveTo(left, y);
      context.lineTo(left + width, y);
      context.fillText(String(tick), left - 6, y);
    }
    context.moveTo(left, Math.round(top + height) + 0.5);
    context.lineTo(left + width, Math.round(top + height) + 0.5);
    context.stroke();
    context.textBaseline = 'top';
    for (const tick of iterations > 0 ? stepTicks(iterations, width / 70) : []) {
      const x = left + (width * tick) / iterations;
      context.textAlign = tick === 0 ? 'left' : x > left + width - 14 ? 'right' : 'center';
      context.fillText(String(tick), x, top + height + 6);
    }
  }

  /** The last loss, or the one under the pointer. */
  #marker(
    context: CanvasRenderingContext2D,
    { left, width }: Plot,
    iterations: number,
    losses: readonly number[],
    y: (value: number) => number,
    color: string,
  ): void {
    const pointed = this.#pointer === undefined ? NaN : Math.round(((this.#pointer - left) / width) * iterations);
    const step = pointed >= 0 && pointed < losses.length ? pointed : losses.length - 1;
    const value = losses[step];
    if (value === undefined || !(value > 0) || !Number.isFinite(value)) return;
    context.fillStyle = color;
    context.beginPath();
    context.arc(left + (width * step) / Math.max(1, iterations), y(value), 3, 0, 2 * Math.PI);
    context.fill();
    setText(this.#latest, step === pointed ? strings.chartAt(step, lossText(value)) : lossText(value));
  }

  #describe(losses: readonly number[], range: LogRange | undefined): void {
    if (!range) setText(this.#latest, '');
    const label = range
      ? strings.chartLabel(lossText(losses[0]!), lossText(losses.at(-1)!), losses.length)
      : strings.chartEmpty();
    this.#canvas.setAttribute('aria-label', label);
  }
}
