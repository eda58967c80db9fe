/** A task of the type `ganPrior`, as tasks.json says it and as the command line takes it. Pure; package.json has the schema. */
import * as v from 'valibot';
import { LIMITS, withinSchema } from '../../shared/limits.ts';
import { taskSchema } from '../../shared/schemas.ts';

export const TYPE = 'ganPrior';

const text = v.pipe(v.string(), v.nonEmpty());
const optional = <T extends v.GenericSchema>(schema: T) => v.exactOptional(schema);

export const definitionSchema = v.looseObject({
  type: v.literal(TYPE),
  task: taskSchema,
  /** Files, folders and patterns. */
  files: optional(v.union([text, v.array(text)])),
  recursive: optional(v.boolean()),
  exclude: optional(v.union([text, v.array(text)])),
  output: optional(text),
  model: optional(text),
  device: optional(v.picklist(['auto', 'webgpu', 'cpu'])),
  factor: optional(v.pipe(v.number(), v.integer(), v.minValue(2), v.maxValue(32))),
  mask: optional(text),
  layer: optional(withinSchema(LIMITS.layer)),
  codes: optional(withinSchema(LIMITS.codes)),
  iterations: optional(withinSchema(LIMITS.iterations)),
  seed: optional(withinSchema(LIMITS.seed)),
  jobs: optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(256))),
  report: optional(text),
  force: optional(v.boolean()),
  /** Further options of the command line. */
  args: optional(v.array(v.string())),
});
export type Definition = v.InferOutput<typeof definitionSchema>;

/** What the settings say where the task says nothing. */
export interface Configured {
  readonly model: string;
  readonly device: string;
  readonly layer: number | undefined;
  readonly codes: number | undefined;
  readonly iterations: number | undefined;
}

/** @throws an error that says which property is wrong */
export function parseDefinition(definition: unknown): Definition {
  const parsed = v.safeParse(definitionSchema, definition);
  if (parsed.success) return parsed.output;
  const [issue] = parsed.issues;
  throw new Error(`"${v.getDotPath(issue) ?? TYPE}": ${issue.message}`);
}

/** Arguments of the command line. */
export function argumentsOf(definition: Definition, configured: Configured): string[] {
  const { task, files = '.', exclude = [], recursive = false, force = false, args = [] } = definition;
  const option = (name: string, value: string | number | undefined): string[] =>
    value === undefined ? [] : [`--${name}`, String(value)];
  const { output, model, device, factor, mask, layer, codes, iterations, seed, jobs, report } = definition;
  return [
    task,
    ...option('model', model ?? configured.model),
    ...option('device', device ?? configured.device),
    ...option('layer', layer ?? configured.layer),
    ...option('codes', codes ?? configured.codes),
    ...option('iterations', iterations ?? configured.iterations),
    ...option('out', output),
    ...option('factor', factor),
    ...option('mask', mask),
    ...option('seed', seed),
    ...option('jobs', jobs),
    ...option('report', report),
    ...[exclude].flat().flatMap((pattern) => option('exclude', pattern)),
    ...(recursive ? ['--recursive'] : []),
    ...(force ? ['--force'] : []),
    ...args,
    '--',
    ...[files].flat(),
  ];
}
