/**
 * The Linux kernel's own view of an instruction, apart from the processor's.
 *
 * <p>A guest's trap handler asks {@code insn_decode()} ({@code arch/x86/lib/insn.c}) where an instruction ends and what
 * it is made of, and {@code insn_decode_mmio()} ({@code arch/x86/lib/insn-eval.c}) what it does to a device. Both look
 * at less than the processor does. {@link org.vemmio.decoder.linux.KernelInsn} gives their answer for 64-bit code, bit
 * for bit: type, size and length, and every field that {@code insn-eval.c} computes registers and addresses from. It
 * was made from Linux 6.12 and holds from 5.19 on, but that REX2 and EVEX map 4 came with 6.10.
 *
 * <p>Where the kernel sees something else than the processor:
 * <ul>
 * <li>LOCK, REP and REPNE may stand before any instruction.
 * <li>A REX prefix that another prefix follows, a second REX prefix, and the fifth distinct legacy prefix are taken for
 *     the opcode. Repeating one of the four before changes nothing.
 * <li>One forced-emulation prefix of Xen or KVM ({@code ud2} and the letters {@code xen} or {@code kvm}) at the very
 *     beginning is passed over; its five bytes count in the length.
 * <li>ModRM.reg of C6 and C7 does not matter: {@code xabort} and {@code xbegin} are stores of an immediate.
 * <li>A register operand of {@code mov} (ModRM.mod 3) is memory.
 * <li>Prefixes may stand before VEX and EVEX, and the last byte of the opcode is all that is classified there:
 *     {@code vshufps} is a store of its immediate byte, {@code vexpandps} and {@code vpexpandd} are stores,
 *     {@code vcompressps} and {@code vpcompressd} loads, gather prefetches stores of 0. With REX2 likewise:
 *     {@code shld} is {@code movs}.
 * <li>EVEX.z makes the operand eight bytes wide, EVEX.W does not.
 * <li>VEX and EVEX extend no register. REX2 makes every register but an index one of R8 to R15.
 * <li>AH, CH, DH and BH are RSP, RBP, RSI and RDI.
 * <li>With exactly three distinct legacy prefixes a segment override that comes last counts twice, and two overrides
 *     are an error.
 * <li>XOP is not known.
 * </ul>
 *
 * <p>All types here are immutable.
 */
@NullMarked
package org.vemmio.decoder.linux;

import org.jspecify.annotations.NullMarked;
