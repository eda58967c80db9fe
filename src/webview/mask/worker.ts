/** Entry of the mask's worker: `work.ts` served. */
import { connect } from '../../shared/rpc.ts';
import { maskWork, maskWorkContract } from './work.ts';

connect(
  {
    post: (message, transfer = []) => self.postMessage(message, { transfer: [...transfer] }),
    listen: (receive) => self.addEventListener('message', ({ data }) => receive(data)),
  },
  maskWorkContract,
  maskWork,
  { requests: {}, notifications: {} },
  (problem) => console.warn(`The mask worker got ${problem}.`),
);
