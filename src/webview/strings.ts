/**
 * Every sentence of the page's own, in one place, so that it can be translated: the keys are the English texts, and the
 * host sends the translations (`vscode.l10n.bundle`) with its welcome. What the engine has to say comes with its numbers in
 * English, as the command line prints it: a few notes of a run are hardly worth a language of their own beside the errors.
 */
import { config, t } from '@vscode/l10n';
import { UNKNOWN_DOMAIN, type TaskId } from '../engine/generator/manifest.ts';
import type { Noise } from '../engine/image/noise.ts';
import type { SpaceChoice } from './spaces.ts';
import type { Truth } from '../shared/documentState.ts';
import { methodStrings } from './methodStrings.ts';
import type { MaskAction, Tool } from './mask/tools.ts';
import type { Place } from './region/aligning.ts';
import type { CompareMode } from './stage/comparison.ts';

/** To be called before any view is built. */
export const setLanguage = (bundle: Record<string, string>): void => config({ contents: bundle });

/** Engines name the processor's runtimes after it, or after WebAssembly. */
const isGpu = (backend: string): boolean => !/\b(CPU|WASM)\b/i.test(backend);

/** Null: infinite. */
const decibels = (psnr: number | null): string => (psnr === null ? t('equal') : t('{0} dB', psnr.toFixed(1)));

export const strings = {
  sourceChanged: () => t('The picture was changed on disk. This is how it is now.'),
  sourceChangedUnderResult: () =>
    t('The picture was changed on disk and is shown as it is now. The result was made from the one before.'),
  opening: () => t('Opening the picture…'),
  noModels: () => t('There is no model yet. Import or download one to start.'),

  /* Form */
  settings: () => t('Settings'),
  /** What a narrow page folds away. */
  choices: () => t('Task and settings'),
  chosen: (task: string, model: string) => (model ? t('{0} with {1}', task, model) : task),
  taskLabel: () => t('Task'),
  modelLabel: () => t('Model'),
  task: (task: TaskId) =>
    ({
      'super-resolve': t('Super-resolve'),
      colorize: t('Colorize'),
      inpaint: t('Inpaint'),
      reconstruct: t('Reconstruct'),
      denoise: t('Denoise'),
    })[task],
  taskHint: (task: TaskId) =>
    ({
      'super-resolve': t('Enlarges the picture and fills in plausible detail.'),
      colorize: t('Gives a grey picture plausible colours; its brightness stays.'),
      inpaint: t('Fills what you paint over; every other pixel stays.'),
      reconstruct: t('Draws the picture as closely as the model can.'),
      denoise: t('Removes noise from the picture.'),
    })[task],
  knows: (domain: string, resolution: number) => t('Knows {0}, and draws {1} × {1} pixels.', domain, resolution),
  draws: (resolution: number) =>
    t('Draws {0} × {0} pixels. Nobody has said yet what kind of pictures it knows.', resolution),
  familiar: () => t('Your picture looks like that.'),
  unfamiliar: () => t('Your picture looks like something else: it would draw such things where there are none.'),
  moreModels: () => t('Get more models…'),
  knowsAny: () =>
    t('Works on any picture, at its own size and shape. It has seen drawings only, and learns from yours.'),
  onePass: (domain: string) =>
    domain === UNKNOWN_DOMAIN
      ? t('A network that works in one pass, at the picture’s own size and shape.')
      : t('A network trained on {0}. It works in one pass, at the picture’s own size and shape.', domain),
  modelCannot: (name: string, used: string) =>
    t('{0}, which was chosen for this picture, cannot do this task: {1} is used instead.', name, used),
  modelMissing: (id: string, used: string) =>
    t('{0}, which was chosen for this picture, is not installed: {1} is used instead.', id, used),
  factor: () => t('Enlarge'),
  factorAuto: () => t('Automatic'),
  factorTimes: (factor: number) => t('{0} times', factor),
  noise: () => t('Noise'),
  noiseKind: (noise: Noise) =>
    ({
      gaussian: t('Grain: every pixel is a little off'),
      impulse: t('Specks: some pixels are wrong'),
    })[noise],
  perceptual: () => t('Compared by'),
  automatic: (choice: string) => t('Automatic: {0}', choice),
  /** @param way the id of a network, "multi-scale" or "none" */
  perceptualTerm: (way: string, networks: readonly { readonly id: string; readonly name: string }[]): string => {
    if (way === 'multi-scale') return t('pixels at several scales');
    if (way === 'none') return t('pixels alone');
    return t('pixels and {0}', networks.find(({ id }) => id === way)?.name ?? way);
  },
  ...methodStrings,
  space: () => t('Codes are'),
  spaceName: (space: SpaceChoice) =>
    ({
      'w+': t('a style for each layer (W+)'),
      widen: t('one style, then one for each layer (W, W+)'),
      'robust-unsupervised': t('both, then a feature map (Robust Unsupervised)'),
      w: t('one style for all layers (W)'),
      z: t('what the model samples (z)'),
    })[space],
  spaceHint: (space: SpaceChoice) =>
    ({
      'w+': t('Follows the picture most closely.'),
      widen: t('Finds what the picture shows first, then follows it closely.'),
      'robust-unsupervised': t(
        'A published method with all its numbers: from the mean style, 150 steps in each of three stages.',
      ),
      w: t('Stays near to what the model knows.'),
      z: t('Stays nearest to what the model draws.'),
    })[space],
  noiseMaps: () => t('Noise of the layers'),
  noiseMapsName: (which: 'fixed' | 'optimised') =>
    which === 'fixed' ? t('as the model has it') : t('optimised with the codes'),
  truncation: () => t('Truncation'),
  truncationHint: () => t('How far styles start from their mean: 0 is the mean, 1 as they are sampled.'),
  class: () => t('Class'),
  classHint: () => t('Which of its classes the model draws, from 0.'),
  tune: () => t('Tuning'),
  tuneHint: (first: number, last: number) =>
    t(
      'The last steps fit the model itself to this picture, in these layers: layers and steps, such as {0}-{1}, 20. The model on disk stays as it is.',
      first,
      last,
    ),
  tunePlaceholder: () => t('none'),
  tuneProblem: (first: number, last: number) =>
    t('Layers from {0} to {1} and a number of steps, such as {0}-{1}, 20.', first, last),
  layer: () => t('Layer'),
  layerHint: (last: number) =>
    t(
      'The layer of the model at which the codes are mixed, 1 to {0}. A higher one follows the picture more closely.',
      last,
    ),
  codes: () => t('Codes'),
  codesHint: () => t('How many codes are mixed. More than 20 rarely help.'),
  iterations: () => t('Steps'),
  iterationsHint: () => t('How many steps the run takes.'),
  starts: () => t('Starts'),
  width: () => t('Width'),
  widthHint: () => t('Channels of the network. Fewer are faster and follow the picture less closely.'),
  startsHint: () => t('How many random codes are tried before the first step; the run starts with the best of them.'),
  seed: () => t('Seed'),
  seedHint: () => t('The same seed gives the same result. Empty: a new one for every run.'),
  seedPlaceholder: () => t('random'),
  learningRate: () => t('Rate of codes'),
  rate: () => t('Rate'),
  learningRateHint: () => t('Learning rate: how fast the codes change, at its highest.'),
  alphaLearningRate: () => t('Rate of weights'),
  alphaLearningRateHint: () =>
    t(
      'Learning rate: how fast the weights of the codes change, at its highest. A lower one keeps the result closer to what the model knows.',
    ),
  fixedDuringRun: () => t('This cannot be changed while a run goes. Stop it first.'),
  refused: (reason: string) => t('The run goes on as it was. {0}', reason),
  goesOn: (layer: number | undefined, codes: number | undefined) =>
    layer === undefined
      ? t('Goes on with {0} codes.', codes!)
      : codes === undefined
        ? t('Goes on at layer {0}.', layer)
        : t('Goes on at layer {0} with {1} codes.', layer, codes),
  changedOnTheWay: () =>
    t('This run was changed on its way: the same settings and seed will not make the same picture again.'),
  numberOutOfRange: (low: number, high: number) => t('A number from {0} to {1}.', low, high),
  seam: () => t('Seam'),
  seamHint: () => t('Pixels over which the edges of the region fade into the picture.'),
  feather: () => t('Feather'),
  featherHint: () => t('Pixels over which the drawing fades in inside the mask. Known pixels stay as they are.'),
  outOfRange: (low: number, high: number) => t('A whole number from {0} to {1}.', low, high),

  /* Transport */
  start: () => t('Start'),
  startAgain: () => t('Start again'),
  tryAgain: () => t('Try again'),
  pause: () => t('Pause'),
  resume: () => t('Resume'),
  stop: () => t('Stop'),
  cancel: () => t('Cancel'),
  save: () => t('Save'),
  saveAs: () => t('Save as…'),
  controls: () => t('Run'),
  startTip: (keys: string) => t('Start ({0})', keys),
  pauseTip: (keys: string) => t('Pause ({0})', keys),
  resumeTip: (keys: string) => t('Resume ({0})', keys),
  stopTip: () => t('Stop and keep what there is (Esc)'),
  cancelTip: () => t('Cancel (Esc)'),
  cancelResultTip: () => t('Do not wait for the picture (Esc)'),
  saveTip: () => t('Save the result beside the picture; nothing is overwritten without asking'),
  saveAsTip: () => t('Choose where to save the result'),

  /* Results */
  results: () => t('Results of this picture'),
  resultPlace: (at: number, of: number, time: string, saved: boolean) => {
    const which = of > 1 ? t('Result {0} of {1}', at, of) : t('Result');
    const state = saved ? t('saved') : t('not saved');
    return time === '' ? t('{0}, {1}', which, state) : t('{0} from {1}, {2}', which, time, state);
  },
  resultBefore: () => t('The result before this one'),
  resultAfter: () => t('The result after this one'),
  discardResult: () => t('Discard this result'),
  resultBack: (time: string, several: boolean) =>
    several
      ? t('Unsaved results are back, the newest from {0}. Save them or discard them.', time)
      : t('An unsaved result from {0} is back. Save it or discard it.', time),

  /* Progress */
  progress: () => t('Progress'),
  ready: () => t('Ready'),
  preparing: () => t('Preparing the run…'),
  loadingModel: () => t('Loading the model…'),
  compiling: () => t('Getting the model ready…'),
  scoring: () => t('Trying codes to start with…'),
  refitting: () => t('Fitting the codes again…'),
  firstStep: () => t('Making the first step…'),
  step: (step: number, iterations: number) => t('Step {0} of {1}', step, iterations),
  ofFace: (at: number, of: number, text: string) => t('Face {0} of {1}: {2}', at, of, text),
  doneFaces: (faces: number, time: string) => t('Done: {0} faces in {1}', faces, time),
  pausedAt: (step: number, iterations: number) => t('Paused at step {0} of {1}', step, iterations),
  interruptedAt: (step: number, iterations: number) =>
    t('Interrupted at step {0} of {1}; Resume goes on from there', step, iterations),
  stopping: () => t('Stopping…'),
  composing: () => t('Composing the picture…'),
  composed: (percent: number) => t('{0} % composed', percent),
  done: (steps: number, time: string) =>
    steps === 1 ? t('Done: one step in {0}', time) : t('Done: {0} steps in {1}', steps, time),
  stoppedAfter: (steps: number, time: string) =>
    steps === 1 ? t('Stopped after one step, {0}', time) : t('Stopped after {0} steps, {1}', steps, time),
  failed: () => t('This did not work'),
  left: (time: string) => t('{0} left', time),
  stepsPerSecond: (value: string) => t('{0} steps/s', value),
  secondsPerStep: (value: string) => t('{0} s/step', value),

  /* Facts */
  runsOn: () => t('Runs on'),
  willRunOn: () => t('Will run on'),
  size: () => t('Size'),
  sizeChange: (from: string, to: string) => t('{0} to {1}', from, to),
  savedAs: () => t('Saved as'),
  showSaved: (name: string) => t('Open {0}', name),
  openSaved: () => t('Open'),
  copySaved: () => t('Copy'),
  copying: () => t('Copying the picture… Dismiss this to give it up.'),
  resultCopied: () => t('The result is on the clipboard.'),
  pictureCopied: () => t('The picture is on the clipboard.'),
  notCopied: () => t('This picture could not be copied.'),
  compareWithTruth: () => t('Compare with the original…'),
  compareWithTruthTip: () => t('Choose the original of this picture: how near does the result come to it?'),
  forgetTruth: () => t('Remove'),
  forgetTruthTip: () => t('Compare with no original any more'),
  truthWaits: (name: string) => t('The next result will be compared with {0}.', name),
  comparing: (name: string) => t('Comparing with {0}…', name),
  likeness: (name: string, { result, baselineName, baseline }: NonNullable<Truth['comparison']>) => {
    const ssim = result.ssim.toFixed(2);
    const similarity =
      result.lpips === undefined ? t('SSIM {0}', ssim) : t('SSIM {0}, LPIPS {1}', ssim, result.lpips.toFixed(3));
    const rest = baseline.lpips === undefined ? [] : [baseline.lpips.toFixed(3)];
    return t(
      '{0}, {1} ({2}: {3}) against {4}',
      ...[decibels(result.psnr), similarity, baselineName === 'bicubic' ? t('bicubic') : t('input')],
      [decibels(baseline.psnr), baseline.ssim.toFixed(2), ...rest].join(', '),
      name,
    );
  },
  noLpips: (problem: string) => t('LPIPS is missing: {0}', problem),
  pageBackend: (adapter: string) => (adapter ? t('WebGPU, {0}', adapter) : 'WebGPU'),
  /** What a run is made on, by the name that the engine gives it. */
  device: (backend: string) => {
    if (backend === '') return '';
    return isGpu(backend) ? t('GPU ({0})', backend) : t('Processor ({0})', backend);
  },
  noAdapter: (backend: string) =>
    isGpu(backend)
      ? t('This page can use no GPU here: the run goes on outside of it, on {0}.', backend)
      : t("No GPU here that this page can use: the run is made on this computer's processor."),
  noAdapterYet: (backend: string) =>
    isGpu(backend)
      ? t('This page can use no GPU here: runs are made outside of it, on {0}.', backend)
      : t("No GPU here that this page can use: runs are made on this computer's processor."),
  gpuLost: (reason: string) =>
    t('The GPU stopped ({0}). The run goes on from its last checkpoint, outside of this page.', reason),
  pageGone: (step: number) =>
    step > 0
      ? t('The editor that made this run was closed: it goes on from step {0} without it.', step)
      : t('The editor that made this run was closed: it begins again without it.'),
  noGpu: (problem: string) =>
    t('This window has no GPU that can be used. {0} The setting "ganPrior.device" can be "auto" or "cpu".', problem),
  runsElsewhere: () => t('This run is made in another editor of the same picture.'),
  gpuLostRestart: (reason: string) =>
    t('The GPU could not make this run ({0}). It is made outside of this page instead.', reason),

  /* Chart */
  chart: () => t('Loss'),
  chartEmpty: () => t('Loss: no steps yet'),
  chartLabel: (first: string, last: string, step: number) =>
    t('Loss, logarithmic: from {0} to {1} after {2} steps', first, last, step),
  chartAt: (step: number, loss: string) => t('Step {0}: {1}', step, loss),

  /* Stage */
  picture: () => t('Picture'),
  pictureAlt: (name: string, width: number, height: number) => t('{0}, {1} × {2} pixels', name, width, height),
  resultAlt: (task: string, width: number, height: number) => t('Result: {0}, {1} × {2} pixels', task, width, height),
  previewAlt: () => t('The picture as it develops'),
  unreadable: () => t('This picture cannot be shown here.'),
  before: () => t('Before'),
  after: () => t('After'),
  compare: () => t('Before and after'),
  compareTip: () => t('Drag, or use the arrow keys, to compare before and after'),
  compareValue: (percent: number) => t('{0} percent before', percent),
  zoom: () => t('Zoom'),
  fit: () => t('Fit'),
  fitTip: () => t('Fit the picture into the editor (0)'),
  actual: () => '1:1',
  actualTip: () => t('One pixel of the picture for one of the screen (1)'),
  zoomIn: () => t('Zoom in (+)'),
  zoomOut: () => t('Zoom out (-)'),
  zoomLevel: (percent: number) => t('{0}%', percent),
  pixelGrid: () => t('Show the pixel grid, from 800% on (#)'),

  /* History */
  history: () => t('History of the run'),
  snapshot: (step: number) => t('Step {0}', step),
  snapshotAt: (step: number, loss: string) => t('Step {0}, loss {1}', step, loss),
  latestOf: (text: string) => t('Latest: {0}', text),
  latest: () => t('Latest'),
  toResult: () => t('Result'),
  latestTip: () => t('Back to the picture of the run (Esc)'),
  keep: () => t('Keep this one'),
  keepTip: () => t('Make this snapshot the result (Enter)'),
  keptStep: (step: number) =>
    step === 1 ? t('Kept: the picture after one step') : t('Kept: the picture after {0} steps', step),
  animate: () => t('Export animation…'),
  animating: (percent: number) => t('Animation {0}%: Cancel', percent),
  animatingTip: () => t('Give up this animation'),
  nothingToAnimate: () => t('There is no run to animate yet: start one first.'),
  animateTip: () => t('Save the history of this run as an animation'),

  /* Comparison */
  comparison: () => t('Comparison'),
  compareMode: (mode: CompareMode) =>
    ({
      slider: t('Slider (V)'),
      sides: t('Side by side (P)'),
      difference: t('Difference (D)'),
      flicker: t('Flicker (K)'),
    })[mode],
  compareModes: () => t('Compare before and after; hold Q to see the original'),
  gain: () => t('How strongly differences are amplified'),
  gainValue: (gain: number) => t('{0}×', gain),
  afterPicture: () => t('Picture after'),

  /* Region */
  region: () => t('Region'),
  regionTool: () => t('Region: the part of the picture to work on (R)'),
  regionFree: () => t('Free proportions instead of a square (hold Shift for the other)'),
  regionClear: () => t('Work on the whole picture (Esc)'),
  regionSize: (width: number, height: number) => t('{0} × {1}', width, height),
  regionAt: (width: number, height: number, left: number, top: number) =>
    t('{0} × {1} px at {2}, {3}', width, height, left, top),
  regionTurned: (side: number, angle: number) => t('{0} × {0} px, turned by {1}°', side, angle),
  regionAlign: () => t('Align: mark the eyes and the mouth of a face, and the region turns with it (A)'),
  marks: () => t('Marks of a face'),
  faces: () => t('Faces'),
  findFaces: () => t('Find the faces in the picture'),
  findFacesShort: () => t('Find faces'),
  findingFaces: () => t('Looking for faces…'),
  forgetFaces: () => t('Work on the picture again instead of its faces'),
  facesChosen: (chosen: number, all: number) => t('{0} of {1} faces', chosen, all),
  face: (at: number, of: number) => t('Face {0} of {1}', at, of),
  noFaces: () => t('No face was found. Mark one by hand: drag the four marks onto its eyes and its mouth.'),
  noDetector: () =>
    t('There is no face detector here, so mark a face by hand: drag the four marks onto its eyes and its mouth.'),
  noFaceChosen: () => t('No face is chosen: choose at least one of those that were found, or dismiss them.'),
  mustAlign: () => t('Faces must be upright and centred:'),
  align: () => t('Align'),
  place: (place: Place) =>
    ({
      leftEye: t('Eye on the left'),
      rightEye: t('Eye on the right'),
      leftMouth: t('Left corner of the mouth'),
      rightMouth: t('Right corner of the mouth'),
    })[place],
  placeAt: (name: string, x: number, y: number) => t('{0} at {1}, {2}', name, x, y),
  alignHow: () =>
    t('Drag the four marks onto the eyes and the corners of the mouth, or move them with the arrow keys.'),
  alignKeys: () =>
    t(
      'Put the four marks on the eyes and the corners of the mouth: Tab goes to the next mark, arrow keys move it, with Shift further, and Enter takes them as they are.',
    ),
  regionNone: () => t('Whole picture'),
  regionHow: () => t('Drag a square on the picture, or press Enter and use the arrow keys; Shift resizes.'),

  /* Mask */
  mask: () => t('Mask'),
  maskAlt: () => t('The part to be filled'),
  nothingPainted: () => t('Paint over what is to be filled, then start.'),
  maskOutsideRegion: () =>
    t('What you painted lies outside of the region: paint inside of it, or move the region over it.'),
  nothingPaintedByKeys: () =>
    t('Paint over what is to be filled: arrow keys move the brush, Space puts it down and lifts it.'),
  maskKeys: () =>
    t(
      'Arrow keys move the tool in hand, with Shift further; Space puts it down and lifts it; [ and ] change the size of the brush.',
    ),
  brushAt: (x: number, y: number, down: boolean) => (down ? t('Down at {0}, {1}', x, y) : t('Up at {0}, {1}', x, y)),
  maskTool: (tool: Tool) =>
    ({
      brush: t('Brush (B)'),
      erase: t('Eraser (E)'),
      rectangle: t('Rectangle (U)'),
      ellipse: t('Ellipse (O)'),
      lasso: t('Lasso (L)'),
    })[tool],
  maskAction: (action: MaskAction) =>
    ({
      fill: t('Mark the whole picture (F)'),
      clear: t('Clear the mask (Delete)'),
      invert: t('Invert the mask (X)'),
      grow: t('Grow the mask (G)'),
      shrink: t('Shrink the mask (S)'),
      feather: t('Soften the edges of the mask (H)'),
    })[action],
  maskDone: (action: MaskAction) =>
    ({
      fill: t('The whole picture is marked.'),
      clear: t('The mask is empty.'),
      invert: t('The mask is inverted.'),
      grow: t('The mask has grown.'),
      shrink: t('The mask has shrunk.'),
      feather: t('The edges of the mask are softer.'),
    })[action],
  maskSize: () => t('Size'),
  maskHardness: () => t('Hardness'),
  maskOpacity: () => t('Opacity'),
  maskColour: () => t('Colour of the mask'),
  maskEdge: () => t('Pixels by which grow, shrink and soften move the edge'),
  pixels: () => t('px'),
  sizeValue: (size: number) => t('{0} px', size),
  maskVisible: () => t('Show the mask (M)'),
  maskLoad: () => t('Load the mask from a picture: white is filled'),
  maskSave: () => t('Save the mask as a PNG file'),

  /* Problems */
  fetchFailed: (file: string, status: number) => t('The file {0} could not be loaded (status {1}).', file, status),
  showLog: () => t('Show log'),
  dismiss: () => t('Dismiss'),
  openModelSetting: () => t('Open the setting'),
};
