/// Recorded traps: the model, and the format.
///
/// # The format
///
/// A recording is a text file of JSON objects, one a line, plain or compressed by gzip: the header ([Recording]), then
/// one trapped instruction ([RecordedTrap]) a line. Every key is described in the resource `format.md` of this package,
/// which `vemmio help recording` prints and [Recording#format] returns.
///
/// # The model
///
/// A line is a [RecordedTrap], made of parts: [ProcessorState] (made from a [org.vemmio.emulator.cpu.CpuState]),
/// [GuestMemory], [Devices] (a script of accesses, or memory that stands for a device), [TrapLabels] and [Expectation], of
/// which [StateAfter] is the part that all outcomes have in common.
///
/// ```java
/// RecordedTrap trap = RecordedTrap.builder()
///         .before(ProcessorState.of(cpu -> cpu.setGpr(Gpr.RDI, 0x2000)))
///         .code((byte) 0x8b, (byte) 0x07).address(0x2000, 0xfee00000L)
///         .access(DeviceAccess.read(0xfee00000L, new byte[4]))
///         .expect(Expectation.Emulated.at(2))
///         .build();
/// ```
///
/// The package `recording.file` reads and writes files, `recording.replay` has engines deal with their traps,
/// `recording.capture` makes them of a simulator's.
///
/// # How to add a key
///
/// 1. Describe it in `format.md`: where it stands, its form, what its absence means, and whether it is compared.
/// 2. Give it a place in the model. A register goes into `ProcessorState`'s table; a vector, opmask or MMX register into
///    [VectorRegisters] instead; what comes out into [StateAfter] or [Expectation].
/// 3. Read it in `file.TrapParser` or `file.ExpectationParser`, with a form of `file.JsonCursor`; write it in
///    `file.TrapFormatter`, unless it has its default value.
/// 4. If it is of what comes out, compare it in `replay.Judge` or `replay.StateComparison`, with a kind of
///    `replay.Difference` of its own where none fits.
/// 5. Test it: `RecordingReaderTest` and `RecordingWriterTest` that it is read and written, `MalformedRecordingTest`
///    that another form is refused with its place, and `JudgedExpectationTest`, `JudgedStateTest` or
///    `JudgedEventTest` that a wrong value disagrees.
///
/// `vemmio replay FILE` then shows what differs.
@NullMarked
package org.vemmio.emulator.recording;

import org.jspecify.annotations.NullMarked;
