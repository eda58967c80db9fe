/** All views of the editor page, where they stand, and the shortcuts that work everywhere on it. */
import type { MaskPatch } from '../shared/mask/patch.ts';
import type { TaskId } from '../engine/generator/manifest.ts';
import { isMade } from '../shared/comparison/state.ts';
import type { Params, Source } from '../shared/documentState.ts';
import type { Exploration } from '../shared/exploration.ts';
import { AnimationExporter } from './animation/exporter.ts';
import { animationOf, type Ground } from './animation/frames.ts';
import { Chart } from './chart.ts';
import { ComparePanel, type CompareMemory } from './compare/panel.ts';
import { sentences } from './compare/sentences.ts';
import { ComparisonView } from './compare/view.ts';
import { copyPicture } from './clipboard.ts';
import type { Controller } from './controller.ts';
import { element } from './dom.ts';
import { ChangesExport } from './explore/changesExport.ts';
import { ExplorePanel } from './explore/panel.ts';
import { exploreStrings } from './exploreStrings.ts';
import { Fold } from './fold.ts';
import { Form, type FormMemory } from './form.ts';
import type { Glimpse } from './history/history.ts';
import { HistoryStrip } from './history/strip.ts';
import { MaskWork } from './mask/work.ts';
import { Notices } from './notices.ts';
import { Problems } from './problems.ts';
import { Progress } from './progress.ts';
import { Stage, type StageMemory } from './stage.ts';
import type { PageState } from './state.ts';
import { isBusy } from './status.ts';
import { ResultsBar } from './results.ts';
import { strings } from './strings.ts';
import { Transport } from './transport.ts';

/** What takes longer is told, in milliseconds. */
const PATIENCE_MS = 1000;

/** What VS Code keeps for this page. */
export interface PageMemory extends StageMemory {
  readonly form?: FormMemory;
  /** Methods chosen to be compared. */
  readonly compare?: CompareMemory;
}

export class Page {
  readonly #stage: Stage;
  readonly #form: Form;
  readonly #problems: Problems;
  readonly #notices: Notices;
  readonly #transport: Transport;
  readonly #results: ResultsBar;
  readonly #progress: Progress;
  readonly #maskWork: MaskWork;
  readonly #strip: HistoryStrip;
  #exporting = false;
  /** Gives up the copy that is on its way to the clipboard. */
  #copying: AbortController | undefined;
  readonly #exporter = new AnimationExporter({
    ask: (formats) => this.controller.askForAnimation('run', formats),
    animation: async () => animationOf(this.#strip.snapshots, await this.#ground()),
    write: (bytes) => this.controller.writeAnimation(bytes),
    progress: (share) => {
      this.#exporting = share !== undefined;
      this.#strip.setExport(share);
    },
  });
  readonly #changes = new ChangesExport({
    ask: (formats) => this.controller.askForAnimation('changes', formats),
    draw: async (run, exploration) => (await this.controller.tryOut(run, exploration, false)).shown,
    ground: () => this.#ground(),
    write: (bytes) => this.controller.writeAnimation(bytes),
    progress: (share) => this.#explore.setExport(share),
  });
  readonly #explore: ExplorePanel;
  readonly #compare: ComparePanel;
  readonly #compared: ComparisonView;
  readonly #chart = new Chart();
  readonly #fold: Fold;
  readonly #panel: HTMLElement;
  /** The comparison that is going. */
  #comparing: number | undefined;

  constructor(
    parent: HTMLElement,
    private readonly controller: Controller,
    memory: PageMemory | undefined,
    remember: (memory: PageMemory) => void,
  ) {
    const isMac = navigator.userAgent.includes('Macintosh');
    let kept = memory ?? {};
    const keep = (part: PageMemory) => remember((kept = { ...kept, ...part }));
    this.#form = new Form(memory?.form, {
      remember: (form) => keep({ form }),
      chosen: (choices) => {
        controller.choose(choices);
        this.#fold.update(this.#form.summary);
        this.#showTools(true);
        this.#updateCompare();
      },
      amend: (changes) => controller.amend(changes),
      moreModels: () => controller.show('models'),
      align: () => this.#stage.align(),
      findFaces: () => void this.#findFaces(),
      reveal: () => this.#fold.open(),
    });
    this.#maskWork = new MaskWork(() => controller.createMaskWorker());
    this.#stage = new Stage(memory ?? {}, this.#maskWork, {
      edited: (patch, edit) => controller.editMask(patch, edit),
      load: () => controller.loadMask(),
      save: () => controller.saveMask(),
      failed: (error) => controller.complain(error),
      chose: (region) => controller.editRegion(region),
      find: () => void this.#findFaces(),
      choose: (chosen) => controller.chooseFaces(chosen),
      forget: () => controller.forgetFaces(),
      remember: keep,
    });
    this.#strip = new HistoryStrip({
      show: (snapshot) => this.#stage.showSnapshot(snapshot?.shown, this.#strip.snapshots.at(-1)?.shown),
      keep: (snapshot) => {
        this.#strip.release();
        controller.keep(snapshot);
      },
      animate: () => (this.#exporting ? this.#exporter.cancel() : void this.exportAnimation()),
    });
    this.#stage.element.append(this.#strip.element);
    const dismiss = (what: 'complaint' | 'notice') => () => {
      if (what === 'notice' && controller.state.notice === strings.copying()) this.#copying?.abort();
      controller.dismiss(what);
      // The button is gone, and would take the keyboard with it to the top of the page.
      this.#transport.focus();
    };
    this.#problems = new Problems({
      showLog: () => controller.show('log'),
      showSettings: () => controller.show('settings'),
      dismiss: dismiss('complaint'),
    });
    this.#notices = new Notices(dismiss('notice'));
    this.#transport = new Transport(
      {
        start: () => this.#start(),
        control: (action) => controller.control(action),
        save: (as) => controller.save(as),
      },
      isMac ? '⌘Enter' : 'Ctrl+Enter',
    );
    this.#results = new ResultsBar({
      step: (by) => controller.stepResult(by),
      discard: (run) => controller.discardResult(run),
    });
    this.#progress = new Progress({
      showSaved: () => controller.show('saved'),
      copy: () => void this.copyPicture(),
      chooseTruth: () => controller.chooseTruth(),
      forgetTruth: () => controller.forgetTruth(),
    });
    this.#explore = new ExplorePanel({
      open: controller.explore,
      tryOut: controller.tryOut,
      keep: controller.keepTried,
      thumbnails: controller.thumbnails,
      viewPart: controller.viewPart,
      moreDirections: controller.moreDirections,
      export: (run, exploration) => void this.#exportChanges(run, exploration),
      leave: () => controller.leaveTrials(),
      show: (shown) => this.#stage.showSnapshot(shown, this.#strip.snapshots.at(-1)?.shown),
    });
    this.#compare = new ComparePanel(memory?.compare, {
      start: (methods) => this.#withWish((task, params) => controller.compare(task, params, methods)),
      next: (comparison) => controller.skipCompared(comparison),
      chooseOriginal: () => controller.chooseTruth(),
      show: () => this.#showCompared(),
      remember: (compare) => keep({ compare }),
    });
    const saved = async (saving: Promise<string | undefined>): Promise<void> => {
      const name = await saving;
      if (name !== undefined) controller.tell(sentences.saved(name));
    };
    this.#compared = new ComparisonView({
      save: (comparison, method) => void saved(controller.saveCompared(comparison, method)),
      saveAll: (comparison, format) => void saved(controller.saveComparison(comparison, format)),
      closed: () => {
        this.#stage.element.hidden = false;
        this.#compare.focus();
      },
    });
    this.#fold = new Fold(
      this.#form.element,
      this.#explore.element,
      this.#compare.element,
      this.#chart.element,
      this.#progress.about,
      this.#form.settings,
    );
    // How things stand and what can be done about it is in sight, however far one has scrolled.
    const dock = element(
      'div',
      { class: 'dock' },
      element('div', { class: 'told' }, this.#problems.element, this.#notices.element, this.#progress.element),
      this.#results.element,
      this.#transport.element,
    );
    this.#panel = element('aside', { class: 'panel', 'aria-label': strings.controls() }, this.#fold.element, dock);
    const places = [this.#stage.element, this.#compared.element, this.#panel];
    parent.replaceChildren(element('main', { class: 'page' }, ...places));
    document.addEventListener('keydown', (event) => this.#key(event));
  }

  update(state: PageState): void {
    const focused: (Element & { readonly disabled?: boolean }) | null = document.activeElement;
    this.#stage.update(state);
    this.#strip.update(state);
    this.#form.update(state);
    this.#problems.update(state);
    this.#notices.update(state);
    this.#transport.update(state);
    this.#results.update(state);
    this.#progress.update(state);
    this.#chart.update(state);
    this.#explore.update(state);
    this.#updateCompare();
    this.#compared.update(state);
    this.#fold.update(this.#form.summary);
    this.#panel.hidden = state.source === undefined;
    this.#showTools();
    // What cannot be used for now would lose the keyboard to the top of the page.
    if (focused?.disabled && document.hasFocus()) this.#transport.focus();
  }

  /** The picture and its mask as the host has them. */
  loadMask(source: Source, mask: MaskPatch | undefined): void {
    this.#stage.mask.load(source, mask);
  }

  /** The mask was changed elsewhere. */
  changeMask(patch: MaskPatch): void {
    this.#stage.mask.apply(patch);
  }

  preview({ step, shown, x }: Glimpse): void {
    if (x) this.#strip.add({ step, shown, x });
    this.#stage.preview(shown);
  }

  /** Writes the history of the run as an animation. */
  async exportAnimation(): Promise<void> {
    if (this.#strip.snapshots.length < 2) return this.controller.tell(strings.nothingToAnimate());
    if (this.#changes.going) return this.controller.tell(exploreStrings.otherExport());
    await this.#exporter.start().catch((error: unknown) => this.controller.complain(error));
  }

  /** Puts the result on the clipboard, or the picture while there is none. */
  async copyPicture(): Promise<void> {
    const { result, source } = this.controller.state;
    if (!source) return;
    this.#copying?.abort();
    const { signal } = (this.#copying = new AbortController());
    // A large picture takes seconds to encode.
    const patience = setTimeout(() => this.controller.tell(strings.copying()), PATIENCE_MS);
    try {
      const file = result
        ? new Blob([result.png as Uint8Array<ArrayBuffer>], { type: 'image/png' })
        : await (await fetch(source.uri, { signal })).blob();
      await copyPicture(file, signal);
      this.controller.tell(result ? strings.resultCopied() : strings.pictureCopied());
    } catch (error) {
      if (!signal.aborted) this.controller.complain(error);
    } finally {
      clearTimeout(patience);
    }
  }

  async #exportChanges(run: number, exploration: Exploration): Promise<void> {
    if (this.#changes.going) return this.#changes.cancel();
    if (this.#exporting) return this.controller.tell(exploreStrings.otherExport());
    await this.#changes.start(run, exploration).catch((error: unknown) => this.controller.complain(error));
  }

  async #ground(): Promise<Ground> {
    const { source } = this.controller.state;
    // The picture on the page comes from elsewhere: a canvas it is drawn on cannot be read. One that is fetched can.
    const file = await (await fetch(source!.uri)).blob();
    return { source: source!, picture: await createImageBitmap(file, { imageOrientation: 'from-image' }) };
  }

  /** Shows the choice of methods to compare. */
  compareMethods(): void {
    this.#fold.open();
    this.#compare.open();
  }

  #updateCompare(): void {
    const { state } = this.controller;
    const { comparison } = state;
    this.#compare.update(state, { ...this.#form.wanted, size: this.#form.resultSize });
    const over = this.#comparing === comparison?.id && comparison?.going === false;
    this.#comparing = comparison?.going ? comparison.id : undefined;
    // Whoever waits for it sees at once what it has come to.
    if (over && this.#compare.element.open && comparison.methods.some(isMade)) this.#showCompared();
  }

  #showCompared(): void {
    this.#stage.element.hidden = true;
    this.#compared.show(this.controller.state);
  }

  #start(): void {
    this.#withWish((task, params) => void this.controller.start(task, params));
  }

  /** What is asked for, once it can be done; otherwise what is missing is told where it can be changed. */
  #withWish(act: (task: TaskId, params: Params) => void): void {
    this.#stage.mask.lift();
    const wish = this.#form.read();
    if (!wish) return;
    const { region, faces: found } = this.controller.state;
    const faces = found && this.#stage.chosenFaces;
    if (faces?.length === 0) return this.controller.tell(strings.noFaceChosen());
    const parts = faces ?? [region];
    if (wish.task === 'inpaint' && !parts.some((part) => this.#stage.mask.markedIn(part))) return this.#remind();
    const params = { ...wish.params, ...(faces && { faces }) };
    // What was painted last is still on its way to the host.
    void this.#maskWork.settled().then(() => act(wish.task, params));
  }

  /** Where none can be found, a person marks one. */
  async #findFaces(): Promise<void> {
    const found = await this.controller.findFaces();
    if (found === undefined || (found !== 'by hand' && found > 0)) return;
    this.controller.tell(found === 'by hand' ? strings.noDetector() : strings.noFaces());
    this.#stage.align();
  }

  /** There is nothing to fill: says so in words, and at the place where it can be changed. */
  #remind(): void {
    const outside = this.#stage.mask.marked;
    this.controller.tell(outside ? strings.maskOutsideRegion() : strings.nothingPainted());
    this.#stage.mask.remind();
  }

  /** The mask is there for inpainting only, and faces are cut out as the model wants. @param chosen by a person, just now */
  #showTools(chosen = false): void {
    this.#stage.setAlignment(this.#form.alignment, chosen);
    this.#stage.mask.setShown(this.#form.task === 'inpaint' && this.controller.state.source !== undefined);
  }

  #key(event: KeyboardEvent): void {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      this.#transport.pressMain();
    }
    // An open list takes Escape for itself.
    const listOpen = this.#panel.querySelector('[open][role="combobox"]') !== null;
    if (event.key === 'Escape' && !listOpen && !event.defaultPrevented && isBusy(this.controller.state.status)) {
      this.controller.control('stop');
    }
  }
}
