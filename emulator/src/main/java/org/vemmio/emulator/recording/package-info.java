/// Recorded traps: reading, writing and replaying them.
///
/// # The format, version 1
///
/// A recording is a text file of JSON objects, one a line, plain or compressed by gzip. The first line is the header
/// ([Recording]); every other line is one trapped instruction ([RecordedTrap]): the processor before it, what was
/// reported, what the devices answered, and, where that is known, what must come out ([Expectation]). A key that a
/// reader does not know is ignored.
///
/// A number that may exceed 2^53 is a string of `0x` and lower-case hexadecimal digits without leading zeros. Bytes are
/// a string of lower-case hexadecimal digits in memory order. Everything is little-endian.
///
/// ## The header
///
/// - `vemmio`: always `"recording"`
/// - `version`: 1
/// - `title`, `source`: what was recorded, and where it comes from; may be missing
/// - `traps`: the number of lines that follow
///
/// ## A trap
///
/// It has `rip`, `code`, `gla` and `gpa`; every other key has a default.
///
/// - `mode`: 16, 32 or 64, the size of the code segment; 64
/// - `cpl`: the privilege level; 0
/// - `rip`: the instruction pointer, an offset into CS
/// - `code`: up to 15 bytes fetched at CS:RIP, which may be more than the instruction. Where they are fewer than 15,
///   what follows them cannot be fetched
/// - `regs`: `rax` to `r15` and `rflags`; each 0
/// - `segs`: the bases of `es cs ss ds fs gs`; each 0
/// - `vec`: `ymm0` to `ymm15`, 32 bytes each, of which the low 16 are `xmm0` to `xmm15`; each 0
/// - `gla`, `gpa`: the guest-linear and the guest-physical address of the access that trapped, the latter without the
///   shared bit
/// - `private`: whether the address is private, so that no device can be there; false
/// - `map`: the device windows in linear memory, a list of `{gla, gpa, size}`; the 4 KiB page of `gla` at that of `gpa`
/// - `mem`: the ordinary memory that the instruction can reach, a list of `{gla, bytes}`; none. Windows and memory lie
///   apart, and everything else is unmapped
/// - `cr0`, `cr4`, `xcr0`: control registers; every feature on
/// - `limits`: segment limits, by the names of `segs`; none
/// - `context`: what the kernel was doing, `task`, `interrupt`, `init` or `idle`; `task`
/// - `mmio`: the device accesses in order, a list of `{op, gpa, size, value}`; none. With `op` `r` the device answers
///   `value`; with `w` it must arrive. `size` is a power of two up to 64, and only that many bytes of `value` count
/// - `backing`: instead of `mmio`, a device that behaves as memory, accessible at any size: `{gpa, bytes}`; none
/// - `device`, `mnemonic`: labels for reports; empty
/// - `expect`: what must come out; not known
///
/// ## What must come out
///
/// What is missing is not compared, but for registers.
///
/// - `outcome`: `emulated`; `failure`, the handler refuses, whatever a policy then makes of it; or `exception`, the
///   instruction itself faults, with registers, memory and `backing` as before
/// - `rip`: the instruction pointer after
/// - `regs`: the registers that changed; all others keep their value
/// - `rflags_mask`: the flags that are compared; the arithmetic ones and DF
/// - `vec`: the vector registers that changed; all others keep their value
/// - `backing`: the bytes of `backing` after
/// - `mem`: each range of `mem` after
/// - `errno`: of a `failure`, `EINVAL`, `EFAULT` or `EIO`
/// - `vector`: of an `exception`
/// - `linux`: what Linux's own decoder says of the bytes, `{type, length, size}`; the type alone where it is
///   `DECODE_FAILED`
///
/// # Reading and writing
///
/// [org.vemmio.emulator.recording.file.RecordingReader] gives the traps one by one; [org.vemmio.emulator.recording.file.RecordingWriter] writes a file whole or not at all. A mistake in a
/// file is a [org.vemmio.emulator.recording.file.RecordingException] that names file, line and, where it helps, column.
///
/// # Replaying
///
/// [org.vemmio.emulator.recording.replay.Replay] has an engine deal with each trap, calling it again while a `rep` instruction has iterations left, and
/// gives a [org.vemmio.emulator.recording.replay.ReplayResult]; [org.vemmio.emulator.recording.replay.ReplaySummary] counts them. A trap *agrees* if every device access is as recorded, in
/// order, address, size and value, none missing and none more, and everything comes out that the recording tells.
/// Where it does not tell, a trap that fails, or on which a Linux handler finds a fault, is *refused*, as long as the
/// accesses made until then are as recorded. Everything else *disagrees*, and each [org.vemmio.emulator.recording.replay.Difference] says in what.
///
/// A `failure` that is expected agrees with a Failure of that error number whatever the policy makes of it. Where a
/// policy hands the trap to another handler, it is that handler's outcome that must be an expected `emulated` or
/// `exception`. An expected `EIO` is a host that refuses: in the replay, the first access behind those recorded.
/// `linux` is compared where the handler goes by Linux's decoder.
@NullMarked
package org.vemmio.emulator.recording;

import org.jspecify.annotations.NullMarked;
