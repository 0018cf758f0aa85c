/**
 * x86 instructions as the processor reads them.
 *
 * <p>A {@link org.vemmio.decoder.Decoder} turns bytes into a {@link org.vemmio.decoder.Decoding}: an
 * {@link org.vemmio.decoder.Instruction}, or a {@link org.vemmio.decoder.DecodeFailure} with its reason.
 *
 * {@snippet :
 * try (Decoder decoder = Decoder.open()) {
 *     byte[] code = HexFormat.of().parseHex("480fb14f08");
 *     switch (decoder.decode(CodeMode.CODE64, code)) {
 *         case Instruction instruction -> {
 *             System.out.println(decoder.format(instruction, Syntax.INTEL, 0x1000));
 *             for (Operand operand : instruction.operands()) {
 *                 if (operand instanceof MemoryOperand memory && memory.access().writes()) {
 *                     System.out.println(memory.width() / 8 + " bytes at " + memory.base());
 *                 }
 *             }
 *         }
 *         case DecodeFailure failure -> System.out.println(failure.reason().description());
 *     }
 * }
 * }
 *
 * <p>An instruction names all that it works on, so that its bytes need not be looked at: operands that its text does
 * not show, such as the {@code rax} of {@code cmpxchg}, the stack of {@code push} and the pointers of {@code movs}, are
 * among its operands as {@linkplain org.vemmio.decoder.Visibility#HIDDEN hidden} ones. Mnemonics, categories and
 * instruction sets are strings, in Zydis's spelling and lower case; Zydis's numbers do not appear. All widths are in
 * bits, all lengths of code in bytes.
 *
 * <p>Instructions, operands and registers are immutable and may be shared. A decoder belongs to one thread.
 */
@NullMarked
package org.vemmio.decoder;

import org.jspecify.annotations.NullMarked;
