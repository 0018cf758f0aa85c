/// Recorded traps out of what others have traced.
///
/// A [TrapImporter] reads one kind of source; [TrapImporters] has those that are installed and finds the one that
/// recognises a text. It gives each trap to a [TrapSink] and counts in an [ImportSummary] what became of every
/// instruction and of every line of an access: in a trap, or left with an [ImportReason].
///
/// ```java
/// try (SourceLines lines = SourceLines.open(file);
///         RecordingWriter writer = RecordingWriter.create(recording, title, source)) {
///     ImportSource trace = new ImportSource(lines, Optional.empty());
///     ImportSummary summary = new ImportSummary();
///     TrapImporters.recognising(trace).orElseThrow().read(trace, summary, writer::write);
///     writer.finish();
/// }
/// ```
///
/// A text is read line by line, and a trap is given away as soon as it is known, so that a trace may be of any size.
/// What is held at a time is bounded: 4 KiB of a line, and below, what an importer holds.
///
/// # KVM trace events
///
/// [KvmTraceImporter] reads `kvm_emulate_insn`, `vcpu_match_mmio` and `kvm_mmio` (Linux arch/x86/kvm/trace.h,
/// include/trace/events/kvm.h) as ftrace, `trace-cmd report` and `perf script` print them; all other lines are passed
/// over.
///
/// ## Whose access it is
///
/// A virtual processor is a thread of the host, by its number, so that several, and several guests, may be interleaved.
/// An access belongs to the last instruction of its thread if direction, width and number fit what that does, and if it
/// can reach the address; else it is nobody's, and counted with the reason. A `read` answers the `unsatisfied-read`
/// before it of the same address. The fragments of an operand of up to 64 bytes, and its parts on two pages, are put
/// together. A `rep` instruction goes on as long as each element lies beside the one before, on the same side.
///
/// Lines are put in order by their times, and a line that is there twice counts once. Where the trace says that events
/// of a processor of the host are missing, accesses of the threads that were on it are nobody's until their next
/// instruction; what is missing without a mark shows where an access does not fit. An instruction without bytes, or
/// which KVM could not emulate, makes no trap.
///
/// Held at a time are 1,024 lines to be put in order and the text of 16,384 to know again; 1,024 threads, of which that
/// which was silent longest is ended; and up to 16,384 accesses of each, behind which a `rep` goes on as another trap.
///
/// ## What is worked out
///
/// - the address: by the instruction where it is absolute or relative to RIP; in real mode, the guest-physical one;
///   else as `vcpu_match_mmio` tells it
/// - the base register: address − displacement, where the address is known, there is no index, and the segment's base
///   is 0 by nature
/// - the base of a segment whose operand has no register
/// - the register stored; that of `add`, `sub`, `xor`, `xchg` and `xadd` from the values read and written
/// - of string instructions, RAX where it is stored, and DF from the second element on
///
/// ## What is assumed
///
/// Each of these is among the trap's `assumed`:
///
/// - `cpl`: 0, unless the mode tells it
/// - `mode`: where the plugin of trace-cmd and perf leaves it out, that in which the instruction has as many bytes as
///   KVM decoded, the widest first
/// - `code[3:]`: the bytes behind the instruction, one-byte NOPs. KVM prints no more than it decoded, and the Linux
///   handlers fetch 15 bytes
/// - `gla`: without `vcpu_match_mmio`, the guest-physical address, in code of the upper half at 0xffff888000000000,
///   where Linux has its direct map
/// - `segs.ds` and the like: 0, but in 16-bit code below 1 MiB 32 KiB or less below the address
/// - `regs.rax` and the like: registers that share an address with another or with an assumed base; an index is 0. What
///   other read-modify-write instructions, `cmpxchg` and shifts had in registers is one of the values that explain what
///   was written; `regs.rflags` likewise. A register of which neither address nor value tells, but which is read, is 0
/// - `regs.rcx`: the number of elements accessed, so that a `rep` instruction is complete
/// - `regs.rsi`, `regs.rdi`, `mem[0].gla`: an operand of a string instruction that is no device is memory at an address
///   of our own, 0x10000000 or above (0x10000 in 16-bit code), in the upper half likewise. As a source it holds what
///   was written to the device; as a destination, 0 (`mem[0].bytes`), or of `cmps`, what lets the comparison go on
/// - `regs.rsp`: a stack beside the operand is memory, too
/// - `mmio[1].value`, `vec.ymm0`: bytes behind the eighth of an access, for which the event has no room, are 0
/// - `mmio[1].gpa`: where one access crosses a page, the next page is the next one
///
/// Registers that an instruction does not use, and all control registers, are as in a line that does not tell them.
///
/// The result is tried: a trap is one only if the architectural handler makes the accesses of it that were traced, or
/// refuses the instruction.
///
/// # mmiotrace
///
/// [MmiotraceImporter] reads the lines `R` and `W` of mmiotrace (Linux Documentation/trace/mmiotrace.rst), the linear
/// address from `MAP`, and the instruction bytes at the program counter from the image that comes with it, which must
/// be the kernel that ran, where it is linked to (`nokaslr`); code of modules is not in it. Each line stands for
/// itself. What is worked out and assumed is as above; the bytes behind the instruction are the image's.
///
/// # Dumps of registers with code
///
/// [DumpImporter] reads what `vemmio decode` reads as a log (`org.vemmio.emulator.hex.CrashDump`): an oops in dmesg,
/// journal or mail, dumps of QEMU, edk2 and gdb, and the lines of Xen, bhyve, HAXM, OpenVMM, Cloud Hypervisor and SEV
/// guests; 16 MiB at most. Every place with code bytes becomes a trap, unless it is there twice, the bytes are no code,
/// or the instruction accesses no memory. What a monitor says it could not emulate did trap, whatever it accesses.
///
/// The trap has the registers, the segments and the mode that the dump has, and the bytes from the trapping one on. Its
/// address is that of the operand in memory, by the registers; of several operands, that which CR2 points to, or else
/// the first that is no stack. Its accesses are those that the processor makes with these registers; where the
/// instruction is not supported, those that its operand demands. Where the processor faults instead, as at an address
/// that is not canonical, no access is expected, and the device is memory of zeros.
///
/// Each of these is assumed:
///
/// - `gpa`, `mmio[0].gpa`: 0xd0000000 and the offset in the page, unless paging is off
/// - `mmio[0].value`: devices answer 0; and what is stored, if it comes of an answer or of what the dump lacks
/// - `mem[0].bytes`, `backing.bytes`: ordinary memory is 0; `mem[0].gla`, if the dump lacks registers
/// - `code[3:]`: what an instruction lacks that is cut off is 0, and what lies behind it are one-byte NOPs
/// - `rip`: where the dump has a symbol or nothing, the code of a kernel or a program of Linux
/// - `mode`: 64-bit; `cpl`: 0, but 3 where Linux tells of an address in the lower half
/// - `gla`, `regs.rdi` and the like: registers that the address takes and the dump lacks make it CR2, if that is in the
///   half where the code is, or else where a KVM trace's would be. Other registers, vectors and flags that the
///   instruction reads are 0, a count is 1. `gla` alone, if another operand might be the device's
/// - `segs.ds` and the like: 0
/// - `regs.rcx`: a `rep` instruction goes no further than the page in which it trapped
///
/// # How to add a format
///
/// A class that implements [TrapImporter], which makes a `TracedInstruction` and the `TracedAccess`es behind it and has
/// a `TrapFitter` make the trap; its line in `module-info` and in
/// `META-INF/services/org.vemmio.emulator.importing.TrapImporter`; a paragraph above. `ImportCommandTest` holds that
/// its example is recognised by no other, and `ImportFuzzTest` that no text makes it throw anything but
/// [ImportException].
@NullMarked
package org.vemmio.emulator.importing;

import org.jspecify.annotations.NullMarked;
