/**
 * ONNX Runtime sends usage data to its maker unless told otherwise before it is loaded, also from servers: to be imported
 * before it. A user's own word stands.
 */
process.env['ORT_DISABLE_TELEMETRY'] ??= '1';
