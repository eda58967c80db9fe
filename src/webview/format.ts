/** Numbers as people read them. Pure, so that every state of the page can be tested without one. */

/** A duration: "4 s", "1:05", "2:03:09". Never shows fractions: it changes several times a second. */
export function duration(milliseconds: number): string {
  const seconds = Math.max(0, Math.round(milliseconds / 1000));
  if (seconds < 60) return `${seconds} s`;
  const two = (value: number) => String(value).padStart(2, '0');
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes}:${two(seconds % 60)}`;
  return `${Math.floor(minutes / 60)}:${two(minutes % 60)}:${two(seconds % 60)}`;
}

/**
 * Time left, rounded so that it does not flicker: to 5 s below a minute from 10 s on, else as `duration`.
 * undefined when there is nothing sensible to say (no step measured yet).
 */
export function timeLeft(milliseconds: number): string | undefined {
  if (!Number.isFinite(milliseconds) || milliseconds <= 0) return undefined;
  const seconds = milliseconds / 1000;
  return duration(seconds >= 10 && seconds < 60 ? Math.ceil(seconds / 5) * 5000 : milliseconds);
}

/** How fast a run goes: "8.2" steps a second with unit, or seconds a step when one takes longer than that. */
export function pace(msPerStep: number): { readonly value: string; readonly unit: 'steps/s' | 's/step' } | undefined {
  if (!Number.isFinite(msPerStep) || msPerStep <= 0) return undefined;
  return msPerStep <= 1000
    ? { value: significant(1000 / msPerStep), unit: 'steps/s' }
    : { value: significant(msPerStep / 1000), unit: 's/step' };
}

/** When something was, as people say it: the time today, the day before it otherwise. @param now in milliseconds, as `when` */
export function clock(when: number, now: number): string {
  const [then, today] = [new Date(when), new Date(now)];
  const time = then.toLocaleTimeString(undefined, { hour: '2-digit', minute: '2-digit' });
  return then.toDateString() === today.toDateString()
    ? time
    : `${then.toLocaleDateString(undefined, { day: 'numeric', month: 'short' })}, ${time}`;
}

/** A loss: three significant digits, exponents below 1/1000: "0.0432", "5.1e-5". */
export function loss(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  return Math.abs(value) >= 1e-3 || value === 0 ? significant(value, 3) : value.toExponential(1);
}

const significant = (value: number, digits = 2): string => {
  const decimals = Math.max(0, digits - 1 - Math.floor(Math.log10(Math.abs(value) || 1)));
  return value.toFixed(decimals);
};
