/** Something that holds memory of a device. */
interface Disposable {
  dispose(): Promise<void>;
}

/** What `making` comes to; where it fails, `made`, which it was to go with, is given up too. */
export async function orDispose<T>(making: Promise<T>, made: Disposable): Promise<T> {
  try {
    return await making;
  } catch (error) {
    await made.dispose();
    throw error;
  }
}
