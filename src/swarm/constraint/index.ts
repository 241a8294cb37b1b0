/** Placement expressions: `node.labels.zone == east`. Parsed once, matched against nodes. */
export {
  ENGINE_LABEL_PREFIX,
  NODE_LABEL_PREFIX,
  labelValue,
  nodeMatches,
  parseConstraints,
  placementMatches,
  type Constraint,
} from './constraint.ts';
