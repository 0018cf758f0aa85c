/// The instructions that the architectural handler executes, a file per family.
///
/// [InstructionTable] knows all of them by mnemonic, as Zydis spells it. A family's file begins with its table, from
/// mnemonic to *preparation*: a function that makes an operation of an [org.vemmio.decoder.Instruction], or null for a
/// form that is not executed. The families and their order are those of the table; `vemmio coverage` prints them.
///
/// | file | instructions |
/// |---|---|
/// | `Moves` | MOV, MOVZX, MOVSX, MOVBE, MOVNTI, XLAT, CMOVcc, SETcc |
/// | `Stack` | PUSH and POP of memory |
/// | `Arithmetic`, `Multiplication`, `Shifts`, `Bits` | ADD to XOR; MUL and DIV; shifts and rotations; bit tests, BMI, CRC32 |
/// | `Exchange` | XCHG, XADD, CMPXCHG, CMPXCHG8B, CMPXCHG16B |
/// | `Strings` | MOVS, CMPS, STOS, LODS, SCAS, repeated or not |
/// | `NoAccess`, `WideStores` | hints and cache-line instructions; MOVDIRI, MOVDIR64B, ENQCMD, ENQCMDS |
/// | `VectorMoves`, `VectorFills`, `VectorParts`, `VectorLogic` | whole registers; broadcasts and extensions; insertions and extractions; PAND to PTEST |
/// | `MaskedMoves`, `OpmaskMoves` | VMASKMOV and its kin; KMOV |
///
/// # How an operation is made and runs
///
/// It is made once: whatever the bytes tell is looked up then, and kept in final fields. It runs at every trap, by
/// `execute`, and there it allocates nothing and asks the instruction nothing.
///
/// Most members need no class of their own, since the shape is ready and a lambda says what is special:
///
/// | shape | does |
/// |---|---|
/// | `Load` | reads 1 to 8 bytes and hands them to a `Use`, which stages registers and flags |
/// | `Store` | writes 1 to 8 bytes of a `Source`: a register, an immediate, a condition |
/// | `ReadModifyWrite` | replaces 1 to 8 bytes, locked or not |
/// | `VectorLoad`, `VectorStore` | move up to 64 bytes, element by element where there is a mask |
///
/// `GprRef` and `VectorRef` are registers at one of their widths, and know what becomes of the rest; `Alu` computes
/// results with their flags; `Elements` is a vector operand in memory. Anything else extends `ArchitecturalOperation`,
/// which keeps to the contract of [org.vemmio.emulator.operation].
///
/// Where the manuals leave a result undefined, it is that of AMD's processors, as the hardware recordings show it; the
/// class's Javadoc says so.
///
/// # How to add an instruction
///
/// 1. Find what Zydis calls it: `vemmio decode` with its bytes. It says what the architectural handler answers today,
///    too. `vemmio coverage` shows in which family it is refused.
/// 2. Add the mnemonic to the table of the family's file with a preparation, by a shape above if one fits. A new family
///    is a file, and a line in `InstructionTable`.
/// 3. Check the operands' kinds and give null for any other form: what is executed is what has been thought of.
/// 4. Take the mnemonic out of `refused-instructions.txt`, in the resources beside this package; where some forms are
///    still refused, leave it. Any mnemonic with an operand in memory is executed or stands there:
///    `InstructionTableTest` tries every opcode.
/// 5. Give it a judge. A recording of hardware is best: those called `x86-…-hardware` in
///    `testdata/recordings` are replayed by `ReplayTest`, or, where some lines are known to disagree, by
///    `KnownDisagreementsTest`; the format is told in [org.vemmio.emulator.recording]. A
///    vector instruction needs lines in `vector-instructions.txt`, among the resources of the tests, one per form;
///    `VectorInstructionsTest` fails without. What neither can show, faults, locks, page crossings, stands in the
///    family's own test.
/// 6. Look at it: `vemmio decode` now says `ok`, `vemmio coverage` lists it as executed, and
///    `vemmio replay FILE` agrees.
@NullMarked
package org.vemmio.emulator.instruction;

import org.jspecify.annotations.NullMarked;
