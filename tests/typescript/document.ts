// Compiles only as long as the client knows the OpenAPI document, from which openapi.ts is generated.
import type { ListOptions } from "tally-client";
import type * as wire from "../dist/wire.js";
import type { components, operations, paths } from "./openapi.js";

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
type Holds<T extends true> = T;

type Schemas = components["schemas"];
type Json<Content> = Content extends { content: { "application/json": infer Body } } ? Body : never;
type Reply<Name extends keyof operations, Status extends keyof operations[Name]["responses"]> = Json<
  operations[Name]["responses"][Status]
>;
type Body<Name extends keyof operations> = Json<NonNullable<operations[Name]["requestBody"]>>;
type Query<Name extends keyof operations> = NonNullable<operations[Name]["parameters"]["query"]>;

/** What judge() makes a problem of. Of the others it knows 200, 202 and 307. */
type Problems = 400 | 401 | 403 | 408 | 409 | 413 | 415 | 422 | 431 | 503 | 507;
type Others<Name extends keyof operations> = Exclude<keyof operations[Name]["responses"], Problems>;

export type Known = [
  Holds<Same<paths["/v1/counters/{name}"]["get"], operations["readCounter"]>>,
  Holds<Same<Query<"readCounter">, wire.ReadQuery>>,
  Holds<Same<Reply<"readCounter", 200>, wire.Reading<number>>>,
  Holds<Same<Others<"readCounter">, 200 | 307>>,

  Holds<Same<paths["/v1/counters/{name}"]["post"], operations["addToCounter"]>>,
  Holds<Same<Query<"addToCounter">, wire.AddQuery>>,
  Holds<Same<Body<"addToCounter">, wire.Add>>,
  Holds<Same<Reply<"addToCounter", 200>, wire.Added<number>>>,
  Holds<Same<Reply<"addToCounter", 202>, wire.Added<number>>>,
  Holds<Same<Others<"addToCounter">, 200 | 202 | 307>>,

  Holds<Same<paths["/v1/counters"]["post"], operations["addBatch"]>>,
  Holds<Same<Query<"addBatch">, wire.AddQuery>>,
  Holds<Same<Body<"addBatch">, wire.Batch>>,
  Holds<Same<Reply<"addBatch", 200>, wire.BatchAdded<number>>>,
  Holds<Same<Reply<"addBatch", 202>, wire.BatchAdded<number>>>,
  Holds<Same<Others<"addBatch">, 200 | 202 | 307>>,

  Holds<Same<paths["/v1/counters"]["get"], operations["listCounters"]>>,
  Holds<Same<Query<"listCounters">, wire.ListQuery>>,
  Holds<Same<NonNullable<ListOptions["order"]>, NonNullable<wire.ListQuery["order"]>>>,
  Holds<Same<Reply<"listCounters", 200>, wire.Page<number>>>,
  Holds<Same<Others<"listCounters">, 200 | 307>>,

  Holds<Same<paths["/v1/assignment"]["get"], operations["assign"]>>,
  Holds<Same<Query<"assign">, wire.AssignmentQuery>>,
  Holds<Same<Reply<"assign", 200>, wire.Assignment>>,
  Holds<Same<Others<"assign">, 200>>,

  Holds<Same<paths["/v1/servers"]["get"], operations["listServers"]>>,
  Holds<Same<Reply<"listServers", 200>, wire.ServerList>>,
  Holds<Same<Others<"listServers">, 200>>,

  Holds<Same<Schemas["Problem"], wire.Problem<wire.ProblemType>>>,
  Holds<wire.Ack extends Schemas["Ack"] ? true : false>,
];
