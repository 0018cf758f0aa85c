/// x86 instructions as the processor reads them.
///
/// A [org.vemmio.decoder.Decoder] turns bytes into a [org.vemmio.decoder.Decoding]: an
/// [org.vemmio.decoder.Instruction], or a [org.vemmio.decoder.DecodeFailure] with its reason.
///
/// ```java
/// try (Decoder decoder = Decoder.open()) {
///     byte[] code = HexFormat.of().parseHex("480fb14f08");
///     switch (decoder.decode(CodeMode.CODE64, code)) {
///         case Instruction instruction -> {
///             System.out.println(decoder.format(instruction, Syntax.INTEL, 0x1000));
///             for (Operand operand : instruction.operands()) {
///                 if (operand instanceof MemoryOperand memory && memory.access().writes()) {
///                     System.out.println(memory.width() / 8 + " bytes at " + memory.base());
///                 }
///             }
///         }
///         case DecodeFailure failure -> System.out.println(failure.reason().description());
///     }
/// }
/// ```
///
/// An instruction names all that it works on, so that its bytes need not be looked at: operands that its text does not
/// show, such as the `rax` of `cmpxchg`, the stack of `push` and the pointers of `movs`, are among its operands as
/// [hidden][org.vemmio.decoder.Visibility#HIDDEN] ones. Mnemonics, categories and instruction sets are strings, in
/// Zydis's spelling and lower case; Zydis's numbers do not appear. All widths are in bits, all lengths of code in
/// bytes.
///
/// Instructions, operands and registers are immutable and may be shared. A decoder belongs to one thread.
@NullMarked
package org.vemmio.decoder;

import org.jspecify.annotations.NullMarked;
