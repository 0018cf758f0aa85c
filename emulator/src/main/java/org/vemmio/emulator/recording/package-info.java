/// Recorded traps: the model, and the format.
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
/// - `processor`: which machine it was, such as `zen5`, of the traps that do not tell; may be missing
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
/// - `sel`: the selectors of `es cs ss ds fs gs`, JSON numbers of 16 bits; each 0
/// - `vec`: vector registers, of each either `ymm0` to `ymm31`, the low 32 bytes, or `zmm0` to `zmm31`, all 64; opmask
///   registers `k0` to `k7`, numbers; MMX registers `mm0` to `mm7`, 8 bytes each. What is not told is 0
/// - `gla`, `gpa`: the guest-linear and the guest-physical address of the access that trapped, the latter without the
///   shared bit
/// - `private`: whether the address is private, so that no device can be there; false
/// - `map`: the device windows in linear memory, a list of `{gla, gpa, size}`; the 4 KiB page of `gla` at that of
///   `gpa`. An empty list says that nothing is a device. A window may have `widths`, the sum of the widths in bytes, 1
///   to 64, that its devices take: what is wider reaches them in pieces; else they take 1 to 8 bytes and the widths in
///   `mmio`
/// - `mem`: the ordinary memory that the instruction can reach, a list of `{gla, bytes}`; none. Windows and memory lie
///   apart, and everything else is unmapped
/// - `cr0`, `cr4`, `xcr0`: control registers; every feature on
/// - `limits`: segment limits, by the names of `segs`; none
/// - `context`: what the kernel was doing, `task`, `interrupt`, `init` or `idle`; `task`
/// - `mmio`: the device accesses in order, a list of `{op, gpa, size, value}`; none. With `op` `r` the device answers
///   `value`; with `w` it must arrive. `size` is a power of two up to 64, and only that many bytes of `value` count.
///   Where a device's value changes between the read and the write of a locked instruction, a second read tells it
/// - `backing`: instead of `mmio`, a device that behaves as memory, accessible at any size: `{gpa, bytes}`; none
/// - `device`, `mnemonic`: labels for reports; empty
/// - `processor`: which machine it was; that of the header. A name, which changes nothing of what comes out
/// - `assumed`: what was not recorded but had to be invented, a list of keys of this line, such as `regs.rsi`, `gpa` or
///   `mmio[0].value`; empty. A verdict that rests on one of them is worth no more than the invention: the `gpa` and
///   `value` of an access are then not compared, and a replay counts the traps by what is assumed of them. `code[3:]` is
///   all bytes of `code` from number 3 on
/// - `expect`: what must come out; not known
///
/// ## What must come out
///
/// What is missing is not compared, but for registers.
///
/// - `outcome`: `emulated`; `failure`, the handler refuses; or `exception`, the instruction itself faults
/// - `rip`: the instruction pointer after
/// - `regs`: the registers that changed; all others keep their value
/// - `rflags_mask`: the flags that are compared; the arithmetic ones and DF
/// - `vec`: the vector, opmask and MMX registers that changed; all others keep their value, and so does what lies above
///   a `ymm`
/// - `backing`: the bytes of `backing` after
/// - `mem`: each range of `mem` after
/// - `remaining`: of `emulated`, whether a `rep` instruction stopped at the engine's bound with iterations left; false.
///   Where it is true the engine is called once, the instruction must be incomplete, and `rip`, where it is missing, is
///   as before
/// - `vector`: of an `exception`, or of a `failure` that ends in one: 0 to 31
/// - `error_code`: of the same, a JSON number, or `0x` and digits: 32 bits. Of a page fault at CPL 3 at an address of
///   the kernel, bit 0 (P) is not compared: Linux, under which hardware was recorded, tells a user that it is set
/// - `cr2`: of the same, the linear address of a page fault; compared for vector 14 alone
/// - `errno`: of a `failure`, `EINVAL`, `EFAULT` or `EIO`
/// - `check`: of a `failure`, the label of the check that refused
/// - `where`: of a `failure`, the place of that check in the handler's source; carried, not compared
/// - `end`: of a `failure`, how it ends under the handler's own policy: `halt`, `panic`, `inject`, `terminate`,
///   `abort`, `error` or `skip`. What a policy decided must be that, of `inject` with the vector and the error code
///   that are told; where the caller decides (`propagate`), the end is not compared
/// - `linux`: what Linux's own decoder says of the bytes, `{type, length, size}`; the type alone where it is
///   `DECODE_FAILED`
///
/// Beside `exception`, the keys from `rip` to `mem` tell the state after a fault in the middle of a `rep` instruction.
/// Each that is missing is as before the instruction; without `rflags` and `rflags_mask`, so are all flags. Beside
/// `failure` they are carried and not compared, since what becomes of the registers depends on the policy.
///
/// An exception is one thing whoever raises it: a `failure` with the `end` `inject` agrees with an exception of the
/// processor's that has the vector and the error code told. A handler that skips an instruction may report success: a
/// `failure` with the `end` `skip` agrees with an emulated instruction that has the hazard `skipped`, where the
/// instruction pointer has moved and all else is as before.
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
/// The package `recording.file` reads and writes files, `recording.replay` has engines deal with their traps.
///
/// # How to add a key
///
/// 1. Describe it above: where it stands, its form, what its absence means, and whether it is compared.
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
