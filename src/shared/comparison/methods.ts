/** What a picture can be run with, to be compared: what fits the task and is here. The page offers it, the host looks up what was chosen. Pure. */
import type { TaskId } from '../../engine/generator/manifest.ts';
import { gainsByAnchor, passes } from '../../engine/untrained/settings.ts';
import type { ModelInfo, Params, RunMethod, RunParams, Setup } from '../documentState.ts';

/** So many are compared at one time. */
export const LEAST_COMPARED = 2;
export const MOST_COMPARED = 6;

export interface ComparedMethod {
  /** Tells it from the others, and says the same in every session: "single-code fruit128". */
  readonly id: string;
  readonly kind: 'plain' | 'one-pass' | 'network' | 'generator' | 'untrained';
  /** Absent: what needs no model, and networks, leave nothing open. */
  readonly method?: RunMethod;
  /** Absent: none is needed. */
  readonly model?: Pick<ModelInfo, 'id' | 'name'>;
  /** Whether there are several models of its kind, so that its name has to say which. */
  readonly several: boolean;
  /** 1 for what takes no steps. */
  readonly steps: number;
}

/** What is optimised of a model that has codes, besides the paper's composition. */
const BASELINES = ['single-code', 'feature-map'] as const;

/** Tasks where something can be made without any model: elsewhere that would be the picture as it came. */
const PLAIN: readonly TaskId[] = ['super-resolve', 'inpaint'];

/** @param params what is chosen in the form, whose model comes first @returns in the order to offer them */
export function methodsFor({ models, modelFor }: Setup, task: TaskId, params: Params): ComparedMethod[] {
  const able = models.filter(({ tasks }) => tasks?.includes(task) ?? true);
  const chosen = params.model ?? modelFor[task];
  const generators = able
    .filter(({ lastCut }) => lastCut !== undefined)
    .sort((a, b) => Number(b.id === chosen) - Number(a.id === chosen));
  const untrained = able.find(({ lastCut, methods }) => lastCut === undefined && methods !== undefined);
  const once = { steps: 1, several: false };
  const typed = params.iterations;
  const of = (model: ModelInfo, method: RunMethod): ComparedMethod => ({
    id: `${method} ${model.id}`,
    kind: 'generator',
    method,
    model: nameOf(model),
    several: generators.length > 1,
    steps: typed ?? model.defaults[task]?.iterations ?? 1,
  });
  const [first, ...others] = generators;
  return [
    ...(PLAIN.includes(task) ? [{ id: 'plain', kind: 'plain', ...once } as const] : []),
    ...(untrained && passes(task, params.noise)
      ? [{ id: 'one-pass', kind: 'one-pass', method: 'one-pass', model: nameOf(untrained), ...once } as const]
      : []),
    ...able
      .filter(({ onePass }) => onePass)
      .map((model) => ({ id: `network ${model.id}`, kind: 'network', model: nameOf(model), ...once }) as const),
    ...(first?.methods?.some(({ id }) => id === 'encoder') ? [{ ...of(first, 'encoder'), steps: 1 }] : []),
    ...(first ? (['multi-code', ...BASELINES] as const).map((method) => of(first, method)) : []),
    ...others.map((model) => of(model, 'multi-code')),
    ...(untrained?.methods ?? [])
      .filter(({ id }) => id !== 'anchored-projector' || gainsByAnchor(task, params.noise))
      .map(({ id, defaults }): ComparedMethod => {
        const steps = typed ?? defaults[task]?.iterations ?? 1;
        return { id, kind: 'untrained', method: id, model: nameOf(untrained!), several: false, steps };
      }),
  ];
}

const nameOf = ({ id, name }: ModelInfo): Pick<ModelInfo, 'id' | 'name'> => ({ id, name });

/** What to compare where nobody has chosen: all that is quick, the paper's method and what it was first compared with. */
export function suggested(methods: readonly ComparedMethod[]): string[] {
  const quick = methods.filter(({ kind }) => kind === 'plain' || kind === 'one-pass' || kind === 'network');
  const codes = methods.filter(({ method }) => method === 'multi-code' || method === 'single-code').slice(0, 2);
  const wanted = [...quick.slice(0, MOST_COMPARED - codes.length), ...codes];
  const rest = methods.filter((method) => !wanted.includes(method));
  return [...wanted, ...rest.slice(0, Math.max(0, LEAST_COMPARED - wanted.length))].map(({ id }) => id);
}

/** What the picture and the task say, which holds for every method. */
const OF_TASK = ['factor', 'noise', 'region', 'faces', 'seam', 'feather', 'seed'] as const;
/** What only the paper's composition knows. */
const OF_CODES = ['codes', 'startCodes', 'tune', 'preset'] as const;

/**
 * The parameters of one method's run.
 * @param form what is chosen in the form: what it says of a model is meant for that one; steps are meant for all that take any
 * @param formModel the form's model, whether or not a person chose it
 */
export function paramsOf(
  { kind, method, model }: ComparedMethod,
  form: Params,
  formModel: string | undefined,
): RunParams {
  const shared = pick(form, OF_TASK);
  const of = { ...(model && { model: model.id }), ...(method && { method }) };
  if (kind === 'plain' || kind === 'network' || kind === 'one-pass' || method === 'encoder')
    return { ...shared, ...of };
  const steps = pick(form, ['iterations']);
  if (model?.id !== formModel) {
    return { ...shared, ...steps, ...(kind === 'generator' && pick(form, ['perceptual'])), ...of };
  }
  if (kind === 'untrained') {
    return { ...shared, ...steps, ...(form.method === method && pick(form, ['learningRate', 'width'])), ...of };
  }
  return { ...without(form, method === 'multi-code' ? ['method'] : ['method', ...OF_CODES]), ...of };
}

const pick = <K extends keyof Params>(params: Params, names: readonly K[]): Pick<Params, K> =>
  Object.fromEntries(names.flatMap((name) => (params[name] === undefined ? [] : [[name, params[name]]]))) as Pick<
    Params,
    K
  >;

const without = (params: RunParams, names: readonly string[]): RunParams =>
  Object.fromEntries(Object.entries(params).filter(([name]) => !names.includes(name))) as RunParams;
