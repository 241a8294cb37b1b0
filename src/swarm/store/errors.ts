/**
 * What the store says no with; who shows it to people maps the message to a better one. Real:
 * swarmkit manager/state/store/memory.go
 */
export const ERR_EXIST = 'object already exists';
export const ERR_NOT_EXIST = 'object does not exist';
export const ERR_NAME_CONFLICT = 'name conflicts with an existing object';
export const ERR_SEQUENCE_CONFLICT = 'update out of sequence';
/** Real: swarmkit manager/state/raft/raft.go ErrLostLeadership. */
export const ERR_LOST_LEADERSHIP = 'raft: failed to process the request: node lost leader status';
