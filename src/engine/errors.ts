/**
 * Errors for people: every message says what happened and, where it can, what to do. Anything else that is thrown
 * is a bug in this project.
 */

/** Base class of every error the engine raises on purpose. */
export class EngineError extends Error {
  override name = 'EngineError';
}

/** A model file that cannot be read: truncated, damaged, or not what it claims to be. */
export class ModelFormatError extends EngineError {
  override name = 'ModelFormatError';
}

/** A graph that is well formed but uses something the engine has no rule for. */
export class UnsupportedOperatorError extends EngineError {
  override name = 'UnsupportedOperatorError';
  constructor(
    readonly operator: string,
    readonly node: string,
    what: 'shape' | 'gradient' | 'evaluation',
  ) {
    super(`Operator ${operator} (node "${node}") has no ${what} rule, so this model cannot be used as a prior here.`);
  }
}

/** The graph is inconsistent: shapes that do not fit, a missing input, a cycle. */
export class GraphError extends EngineError {
  override name = 'GraphError';
}

/** What a rule of a node refuses. */
class NodeError extends GraphError {
  constructor(
    readonly operator: string,
    node: string,
    cause: EngineError,
  ) {
    super(`${operator} (node "${node}"): ${cause.message}`, { cause });
  }
}

/** Runs a rule of a node; what it refuses names the operator and the node. */
export function atNode<T>(op: string, node: string, rule: () => T): T {
  try {
    return rule();
  } catch (error) {
    if (!(error instanceof EngineError) || error instanceof UnsupportedOperatorError) throw error;
    // An operator may be written as another instance of itself, which has said so already.
    if (error instanceof NodeError && error.operator === op) throw error;
    throw new NodeError(op, node, error);
  }
}

/** The device or its runtime gave up, so that the same may well succeed on another one. */
export class DeviceError extends EngineError {
  override name = 'DeviceError';
}

/** A parameter outside its documented range. */
export class ParameterError extends EngineError {
  override name = 'ParameterError';
}
