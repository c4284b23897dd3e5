import type { World } from '../world.ts';

/** The group has moved on: the member has to join again. */
export class RebalanceError extends Error {
  override readonly name = 'KafkaJSProtocolError';
}

export interface Assignment {
  readonly generation: number;
  readonly partitions: readonly number[];
}

/** A client as its group sees it. */
export interface GroupMember {
  readonly name: string;
  /** Called when the group begins a rebalance; a client that works on a batch hears of it at its next heartbeat only. */
  onRebalance(): void;
  /** Whether a partition's batch is in work, for the count of partitions with two owners. */
  worksOn(partition: number): boolean;
}

/**
 * One consumer group of one topic, eager: in a rebalance every member gives up everything and joins again. Whoever does
 * not in time is left behind, and may go on working without knowing it.
 */
export interface SimulatedGroup {
  /** Resolves with what the member has once all others have joined, or are left behind. */
  join(member: GroupMember): Promise<Assignment>;
  leave(member: GroupMember): void;
  /** @throws RebalanceError where the member is not of the present generation. */
  require(member: GroupMember, generation: number): void;
  rebalance(): void;
  /** The member's session ends; it hears of it as of a rebalance. */
  expire(member: GroupMember): void;
  members(): readonly GroupMember[];
  /** From the next generation on nobody is given the partition: somebody has to mend it first. */
  withdraw(partition: number): void;
  commit(partition: number, offset: bigint): void;
  committed(partition: number): bigint | undefined;
}

/** Time for joining again. */
const REJOIN_WITHIN_MS = 1_500;

export function createSimulatedGroup(world: World, name: string, partitions: number): SimulatedGroup {
  const { scheduler, chance, faults, trace } = world;
  const members = new Set<GroupMember>();
  const joining = new Map<GroupMember, PromiseWithResolvers<Assignment>>();
  const committed = new Map<number, bigint>();
  const withdrawn = new Set<number>();
  let generation = 0;
  let rounds = 0;
  let isPreparing = false;

  function prepare(): void {
    if (isPreparing) return;
    isPreparing = true;
    const round = ++rounds;
    for (const member of members) member.onRebalance();
    scheduler.after(REJOIN_WITHIN_MS, `${name} rebalance ends`, () => {
      if (round === rounds && isPreparing) complete();
    });
  }

  function complete(): void {
    isPreparing = false;
    generation++;
    for (const member of members) if (!joining.has(member)) members.delete(member);
    const present = [...members];
    const shift = chance.below(Math.max(present.length, 1));
    for (const [place, member] of present.entries()) {
      const given = Array.from({ length: partitions }, (_, partition) => partition).filter(
        (partition) => (partition + shift) % present.length === place && !withdrawn.has(partition),
      );
      for (const partition of given) noteSecondOwner(member, partition);
      trace.note(`${name} generation ${generation}: ${member.name} has ${given.join(' ')}`);
      joining.get(member)?.resolve({ generation, partitions: given });
    }
    joining.clear();
  }

  const clients = new Set<GroupMember>();

  function noteSecondOwner(owner: GroupMember, partition: number): void {
    for (const other of clients) {
      if (other !== owner && other.worksOn(partition)) faults.count('two owners at once');
    }
  }

  return {
    join(member) {
      members.add(member);
      clients.add(member);
      const joined = Promise.withResolvers<Assignment>();
      prepare();
      joining.set(member, joined);
      if ([...members].every((one) => joining.has(one))) complete();
      return joined.promise;
    },
    leave(member) {
      clients.delete(member);
      joining.delete(member);
      if (!members.delete(member)) return;
      if (members.size > 0) prepare();
    },
    require(member, ofGeneration) {
      if (!members.has(member)) throw new RebalanceError('The coordinator is not aware of this member');
      if (isPreparing) throw new RebalanceError('The group is rebalancing, so a rejoin is needed');
      if (ofGeneration !== generation) throw new RebalanceError('Specified group generation id is not valid');
    },
    rebalance: prepare,
    expire(member) {
      if (!members.delete(member)) return;
      joining.get(member)?.reject(new RebalanceError('The coordinator is not aware of this member'));
      joining.delete(member);
      member.onRebalance();
      if (members.size > 0) prepare();
    },
    members: () => [...members],
    withdraw(partition) {
      withdrawn.add(partition);
    },
    commit(partition, offset) {
      committed.set(partition, offset);
    },
    committed: (partition) => committed.get(partition),
  };
}
