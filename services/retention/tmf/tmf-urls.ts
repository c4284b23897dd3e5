/** Everything under it answers errors as TMF630 asks. */
export const TMF_PREFIX = '/tmf-api';

export const WORK_ORDER_PATH = `${TMF_PREFIX}/workOrderManagement/v4`;
export const RISK_PATH = `${TMF_PREFIX}/riskManagement/v4`;

/** Absolute addresses of resources: TMF's reference types require them, and only the operator knows the public name. */
export interface TmfUrls {
  workOrder(id: string): string;
  riskAssessment(subscriberId: string): string;
}

/** @param publicBaseUrl scheme and host as clients see them, without a slash at the end. */
export function createTmfUrls(publicBaseUrl: string): TmfUrls {
  return {
    workOrder: (id) => `${publicBaseUrl}${WORK_ORDER_PATH}/workOrder/${encodeURIComponent(id)}`,
    riskAssessment: (id) => `${publicBaseUrl}${RISK_PATH}/partyRoleRiskAssessment/${encodeURIComponent(id)}`,
  };
}
