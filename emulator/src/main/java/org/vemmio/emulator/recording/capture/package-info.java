/// Recording the traps of a simulator.
///
/// A [TrapRecorder] is the file. A simulator that uses [org.vemmio.emulator.engine.MmioEngine] has the recorder make
/// it, one for each virtual processor, and calls [RecordingEngine#handle]:
///
/// ```java
/// try (TrapRecorder recorder = TrapRecorder.builder(file).title("boot").open();
///         RecordingEngine engine = recorder.engine(MmioEngine.builder().handler(handler), bus)) {
///     Outcome outcome = engine.handle(trap, cpu, memory);
/// }
/// ```
///
/// One that has an engine of its own lets it work on the memory and the bus of a [TrapCapture], which becomes a
/// [org.vemmio.emulator.recording.RecordedTrap].
///
/// What is recorded of a trap: the registers before; the instruction's bytes; the ordinary memory that was asked for,
/// read or written, as it was before and after; the pages behind which there were devices, with the widths that those
/// take; every access that took place; and the registers that changed, the exception, or the check that refused. So it
/// replays by itself: with the same handler and the same options of the engine everything agrees.
///
/// A recording has no place for some things: memory that may be read and not written, or is for the kernel alone (it is
/// recorded as absent, a page fault there without its error code), the PASID, a command that a device did not take
/// (ENQCMD), what the guest's kernel was doing (it is a task), and how a policy ended a Failure.
@NullMarked
package org.vemmio.emulator.recording.capture;

import org.jspecify.annotations.NullMarked;
