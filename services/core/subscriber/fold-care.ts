import type { Complaint, Fault } from '../events/care.ts';
import type { EventBody } from '../events/subscriber-event.ts';
import { hash32 } from '../encoding/hash.ts';
import type { CivilCalendar } from '../time/civil-calendar.ts';
import { COUNTER, addToTile } from './day-tile.ts';
import type { DayTile } from './day-tile.ts';
import { setLatest, touch } from './latest.ts';
import type { ComplaintState, SubscriberState } from './subscriber-state.ts';

/** Faults kept, the latest by report. */
const MAX_FAULTS = 8;

export function foldCare(
  state: SubscriberState,
  tile: DayTile,
  body: EventBody,
  atMs: number,
  calendar: CivilCalendar,
): void {
  switch (body.type) {
    case 'complaint':
      foldComplaint(state, tile, body, calendar);
      return;
    case 'survey':
      if (body.kind === 'fault' && body.score !== undefined) {
        state.faultSurveyScore = setLatest(state.faultSurveyScore, body.score, atMs);
      }
      return;
    case 'agent_contact':
      addToTile(tile, COUNTER.agentContacts, 1);
      addToTile(tile, COUNTER.agentHandleSeconds, body.handleS);
      addToTile(tile, COUNTER.agentWaitSeconds, body.waitS);
      addToTile(tile, COUNTER.unresolvedContacts, body.resolved ? 0 : 1);
      touch(state, 'agentContact', atMs);
      if (body.matchedTerms.length > 0) noteRival(state, tile, atMs);
      return;
    case 'plan_query':
      if (body.operatorCode !== '' && body.operatorCode !== 'own') noteRival(state, tile, atMs);
      return;
    case 'social_mention':
      if (body.matchedTerms.length > 0) noteRival(state, tile, atMs);
      return;
    case 'rival_event_attendance':
      noteRival(state, tile, atMs);
      return;
    case 'port_out_enquiry':
      addToTile(tile, COUNTER.portOutEnquiries, 1);
      return;
    case 'fault':
      foldFault(state, body, atMs);
      return;
    case 'app_activity':
      addToTile(tile, COUNTER.appActivities, body.count);
      touch(state, 'appActivity', atMs);
      return;
    default:
  }
}

function noteRival(state: SubscriberState, tile: DayTile, atMs: number): void {
  addToTile(tile, COUNTER.rivalContacts, 1);
  touch(state, 'rivalContact', atMs);
}

/** Every step of a complaint carries its id: it counts once, on the day it was opened. */
function foldComplaint(state: SubscriberState, tile: DayTile, complaint: Complaint, calendar: CivilCalendar): void {
  const idHash = hash32(complaint.complaintId);
  const openedDay = complaint.openedAtMs > 0 ? calendar.dayOf(complaint.openedAtMs) : tile.day;
  const at = state.complaints.findIndex((known) => known.idHash === idHash);
  const known = state.complaints[at];
  const complaintState: ComplaintState = {
    idHash,
    firstDay: Math.min(openedDay, tile.day, known?.firstDay ?? Infinity),
    lastDay: Math.max(tile.day, known?.lastDay ?? -Infinity),
  };
  if (known === undefined) state.complaints.push(complaintState);
  else state.complaints[at] = complaintState;
}

function foldFault(state: SubscriberState, fault: Fault, atMs: number): void {
  const idHash = hash32(fault.faultId);
  const reportedAtMs = fault.reportedAtMs > 0 ? fault.reportedAtMs : atMs;
  const repairedAtMs = fault.step === 'repaired' ? (fault.repairedAtMs > 0 ? fault.repairedAtMs : atMs) : 0;
  const known = state.faults.find((candidate) => candidate.idHash === idHash);
  const rest = state.faults.filter((candidate) => candidate !== known);
  rest.push({
    idHash,
    reportedAtMs: Math.min(reportedAtMs, known?.reportedAtMs ?? Infinity),
    repairedAtMs: Math.max(repairedAtMs, known?.repairedAtMs ?? 0),
  });
  rest.sort((a, b) => a.reportedAtMs - b.reportedAtMs || a.idHash - b.idHash);
  state.faults = rest.slice(-MAX_FAULTS);
}
