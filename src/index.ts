/** The public exports of the library, and nothing else. */
export { capture } from './capture/capture.js';
export { CaptureError } from './capture/captureError.js';
export type { CaptureCounters, CaptureOptions, CaptureSummary } from './capture/capture.js';
export { DeviceTable } from './drop/device.js';
export type { Device } from './drop/device.js';
export {
  DropBatch,
  NAME_FROM_ALERT,
  NAME_FROM_DEVICES,
  NO_PROTOCOL,
  ORIGIN_HARDWARE,
  ORIGIN_SOFTWARE,
} from './drop/batch.js';
export type { DropOrigin, DropRecord, SymbolPlace } from './drop/record.js';
export type { BatchEncoder, LossCounters } from './encode/encoder.js';
export { LineEncoder } from './encode/lineEncoder.js';
export type { LineEncoderOptions } from './encode/lineEncoder.js';
export { JsonEncoder } from './encode/jsonEncoder.js';
export { createPcapEncoder, createPcapngEncoder } from './encode/createEncoder.js';
export type {
  CaptureFileOptions,
  CreatePcapngEncoderOptions,
  DropOrigins,
  LinkTypeName,
} from './encode/createEncoder.js';
export type { DescribeOptions } from './encode/describeDrop.js';
export * from './errors.js';
export { openFileSink } from './outlet/fileSink.js';
export type { FileSinkOptions } from './outlet/fileSink.js';
export type { ByteSink } from './outlet/sink.js';
export { openKernelSource } from './source/live/kernel.js';
export type { KernelSourceOptions } from './source/live/kernel.js';
export { openCapture } from './source/file/openCapture.js';
export type { DropCapture } from './source/file/openCapture.js';
export { openRecording } from './source/file/recording.js';
export type { DropSource, SourceStatistics } from './source/source.js';
export { loadSymbols } from './symbols/loadSymbols.js';
export type { ParsedSymbols } from './symbols/kallsyms.js';
export { LiveSymbols, lookupIn } from './symbols/symbolLookup.js';
export type { SymbolLookup } from './symbols/symbolLookup.js';
export type { SymbolTable } from './symbols/symbolTable.js';
export { StringTable } from './drop/stringTable.js';
export { VERSION } from './version.js';
