import kafkajs from 'kafkajs';
import type { Admin, MemberDescription } from 'kafkajs';
import { createKafka } from './client.ts';
import type { KafkaSettings } from './client.ts';

/** A consumer group as its coordinator knows it. */
export interface ConsumerGroup {
  readonly groupId: string;
  readonly members: readonly { readonly clientId: string; readonly topics: readonly string[] }[];
}

export interface GroupReader {
  /**
   * Groups that have members: of all that the brokers list to this user, and of the named ones.
   *
   * @throws where a named one cannot be asked for.
   */
  withMembers(named: readonly string[]): Promise<ConsumerGroup[]>;
  close(): Promise<void>;
}

/** Asks which consumer groups are at work. A member that was killed counts until its session has run out. */
export async function openGroupReader(settings: KafkaSettings): Promise<GroupReader> {
  const admin: Admin = createKafka(settings).admin();
  await admin.connect();
  return {
    async withMembers(named) {
      const listed = (await admin.listGroups()).groups.filter(({ protocolType }) => protocolType === 'consumer');
      const groupIds = [...new Set([...named, ...listed.map(({ groupId }) => groupId)])];
      if (groupIds.length === 0) return [];
      const { groups } = await admin.describeGroups(groupIds);
      return groups
        .filter(({ members }) => members.length > 0)
        .map(({ groupId, members }) => ({ groupId, members: members.map(toMember) }));
    },
    close: () => admin.disconnect(),
  };
}

function toMember({ clientId, memberMetadata }: MemberDescription): ConsumerGroup['members'][number] {
  // While a group rebalances the coordinator may not tell what a member reads.
  const topics =
    memberMetadata.length === 0 ? [] : kafkajs.AssignerProtocol.MemberMetadata.decode(memberMetadata)?.topics;
  return { clientId, topics: topics ?? [] };
}
