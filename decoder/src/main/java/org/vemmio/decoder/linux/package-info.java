/// The Linux kernel's own view of an instruction, apart from the processor's.
///
/// A guest's trap handler asks `insn_decode()` (`arch/x86/lib/insn.c`) where an instruction ends and what it is made
/// of, and `insn_decode_mmio()` (`arch/x86/lib/insn-eval.c`) what it does to a device. Both look at less than the
/// processor does. [org.vemmio.decoder.linux.KernelInsn] gives their answer for 64-bit code, bit for bit: type, size
/// and length, and every field that `insn-eval.c` computes registers and addresses from. It was made from Linux 6.12
/// and holds from 5.19 on, but that REX2 and EVEX map 4 came with 6.10.
///
/// Where the kernel sees something else than the processor:
///
/// - LOCK, REP and REPNE may stand before any instruction.
/// - A REX prefix that another prefix follows, a second REX prefix, and the fifth distinct legacy prefix are taken for
///   the opcode. Repeating one of the four before changes nothing.
/// - One forced-emulation prefix of Xen or KVM (`ud2` and the letters `xen` or `kvm`) at the very beginning is passed
///   over; its five bytes count in the length.
/// - ModRM.reg of C6 and C7 does not matter: `xabort` and `xbegin` are stores of an immediate.
/// - A register operand of `mov` (ModRM.mod 3) is memory.
/// - Prefixes may stand before VEX and EVEX, and the last byte of the opcode is all that is classified there: `vshufps`
///   is a store of its immediate byte, `vexpandps` and `vpexpandd` are stores, `vcompressps` and `vpcompressd` loads,
///   gather prefetches stores of 0. With REX2 likewise: `shld` is `movs`.
/// - EVEX.z makes the operand eight bytes wide, EVEX.W does not.
/// - VEX and EVEX extend no register. REX2 makes every register but an index one of R8 to R15.
/// - AH, CH, DH and BH are RSP, RBP, RSI and RDI.
/// - With exactly three distinct legacy prefixes a segment override that comes last counts twice, and two overrides are
///   an error.
/// - XOP is not known.
///
/// All types here are immutable.
@NullMarked
package org.vemmio.decoder.linux;

import org.jspecify.annotations.NullMarked;
