/**
 * A loss of exactly 0 before the first step leaves nothing to descend, and the result is the start. That is right for a picture that this
 * start drew itself; beside anything else, what is compared is not what a person meant to compare.
 */

/**
 * @param loss of the start
 * @returns a sentence where there is something to say
 */
export function firstLossNote(loss: number): string | undefined {
  if (loss !== 0) return undefined;
  return (
    'The picture that the run starts from already agrees with everything that is known: the loss is 0 before the first step, so the steps ' +
    'may change nothing. Unless this picture was drawn by the same model and codes, check the picture and its mask.'
  );
}
