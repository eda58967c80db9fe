/** What the hosts need of the tasks. */
export { ALL_TASKS, taskById } from './registry.ts';
export { defaults, prepare, preparePlanes, finish, type Prepared, type Defaults } from './prepare.ts';
export type { Size } from '../image/picture.ts';
export type { Frame, Task, TaskOptions, TellShare } from './task.ts';
export { percent } from './known.ts';
export {
  boundsOf,
  checkRegion,
  defaultSeam,
  factorOf,
  isInside,
  isTurned,
  quadOfRegion,
  resultSize,
  sizeOfRegion,
  type Region,
} from './region.ts';
export { regionOfQuad, type TurnedRegion } from './turned.ts';
export { SMALLEST_REGION, type UprightRegion } from './upright.ts';
export { sceneOf, type Scene } from './scene.ts';
export { preview, type Preview } from './compose.ts';
