export { OutcomeUnknown, Refused, TallyError, Unavailable } from "./errors.js";
export { Tally } from "./tally.js";
export type { AddOptions, Delta, GetOptions, Increment, ListOptions, TallyOptions } from "./tally.js";
export type { Added, AddedAll, Counter, Reading } from "./answers.js";
export type { Ack, Problem, ProblemType } from "./wire.js";
