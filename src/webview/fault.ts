/** Whether another executor may succeed where the engine has failed here. */
import { DeviceError, EngineError } from '../engine/errors.ts';

/** What the engine says about a job holds everywhere, whatever it was caused by; what the runtime or the browser throws does not. */
export const faultOf = (error: unknown): 'job' | 'device' =>
  error instanceof EngineError && !(error instanceof DeviceError) ? 'job' : 'device';
