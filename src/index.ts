/** The public exports of the library, and nothing else. */
export { capture } from './capture/capture.js';
export type { CaptureCounters, CaptureOptions, CaptureSummary } from './capture/capture.js';
export { CaptureError } from './capture/captureError.js';
export { classOf } from './class/classOf.js';
export type { DiscardClass } from './class/classOf.js';
export type { DiscardClassName, DiscardIntent } from './class/discardClass.js';
export type { DropCause } from './class/dropCause.js';
export { NOISE } from './class/noise.js';
export type { NoiseName, NoiseRow } from './class/noise.js';
export { noiseOf } from './class/noiseOf.js';
export type { CaptureFacts } from './drop/captureFacts.js';
export { DropBatch, NO_PROTOCOL } from './drop/batch.js';
export { BatchMemory } from './drop/batchMemory.js';
export { checkBatch } from './drop/checkBatch.js';
export { DeviceTable } from './drop/device.js';
export type { Device } from './drop/device.js';
export type { CountsListener, DropCount } from './drop/dropCount.js';
export type { DropJson, KindJson } from './drop/json.js';
export { KindTable } from './drop/kind.js';
export type { DropKind, InterfaceNameSource, KindFacts } from './drop/kind.js';
export type { LossCounters } from './drop/losses.js';
export type { DropOrigin } from './drop/origin.js';
export { DropRecord } from './drop/record.js';
export type { DropFields } from './drop/record.js';
export type { SymbolPlace } from './drop/symbol.js';
export type { MonitorOrigin } from './dropmon/requests.js';
export type { DescribeOptions } from './encode/describeDrop.js';
export type { BatchEncoder } from './encode/encoder.js';
export { OutputBuffer } from './encode/outputBuffer.js';
export {
  BindingError,
  DropcapError,
  InputError,
  MalformedInputError,
  NetlinkError,
  OutputError,
  UnsupportedKernelError,
  UsageError,
} from './errors.js';
export type { DropcapErrorCode, NetlinkErrorDetails } from './errors.js';
export { compileFilter } from './filter/compileFilter.js';
export type { DropFilter } from './filter/compileFilter.js';
export { FilterError } from './filter/filterError.js';
export type { WhenMonitored } from './monitor/startMonitoring.js';
export { createEncoder } from './outlet/createEncoder.js';
export type { EncoderOptions, EncoderSource, LinkTypeName, OutputFormat } from './outlet/createEncoder.js';
export type { PacketDump } from './encode/lineEncoder.js';
export type { TimeStyle } from './encode/lineTime.js';
export { EncodedOutlet } from './outlet/encodedOutlet.js';
export type { RotationOptions } from './outlet/encodedOutlet.js';
export { openFileSink } from './outlet/fileSink.js';
export type { FileOwner, FileSinkOptions } from './outlet/fileSink.js';
export type { FreeSpaceOptions } from './outlet/freeSpace.js';
export type { Outlet } from './outlet/outlet.js';
export type { OpenSink } from './outlet/segmentWriter.js';
export { Rotation } from './outlet/rotation.js';
export type { RotationLimits } from './outlet/rotation.js';
export type { ByteSink } from './outlet/sink.js';
export type { TimePrecision } from './pcap/timePrecision.js';
export type { DumpEnd, DumpStart, OpenDump } from './recorder/dump.js';
export { Recorder } from './recorder/recorder.js';
export type { RecorderOptions } from './recorder/recorder.js';
export { triggerOnFilter, triggerOnRate } from './recorder/trigger.js';
export type { Trigger } from './recorder/trigger.js';
export { openCapture } from './source/file/openCapture.js';
export type { DropCapture } from './source/file/openCapture.js';
export { openRecording } from './source/file/recording.js';
export type { RecordingOptions } from './source/file/recording.js';
export type { ToolUser } from './source/file/toolInput.js';
export { openKernelSource } from './source/live/kernel.js';
export type { KernelSourceOptions } from './source/live/kernelSourceOptions.js';
export type { DropSource, ReadProgress, SourceStatistics } from './source/source.js';
export { removeRepeats } from './stage/dedupe.js';
export { filterDrops } from './stage/filter.js';
export { hideNoise } from './stage/hide.js';
export type { HideStage } from './stage/hide.js';
export { limitCount } from './stage/limit.js';
export { limitRate } from './stage/rateLimit.js';
export { sampleDrops } from './stage/sample.js';
export { selectDrops, selectKinds, selectOrigin } from './stage/select.js';
export type { DropPredicate } from './stage/select.js';
export type { Stage } from './stage/stage.js';
export { truncatePayloads } from './stage/truncate.js';
export { loadSymbols } from './symbols/loadSymbols.js';
export type { ParsedSymbols } from './symbols/kallsyms.js';
export { LiveSymbols, lookupIn } from './symbols/symbolLookup.js';
export type { SymbolLookup } from './symbols/symbolLookup.js';
export type { SymbolTable } from './symbols/symbolTable.js';
export { KindTally } from './tally/kindTally.js';
export type { KindCount } from './tally/kindTally.js';
export { VERSION } from './version.js';
