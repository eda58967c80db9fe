/** The libraries that a web developer would pick instead. */
import { OnDemand } from '../onDemand.ts';

export const rivals = new OnDemand('rivals');
