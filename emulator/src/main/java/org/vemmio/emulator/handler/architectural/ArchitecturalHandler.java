package org.vemmio.emulator.handler.architectural;

import java.util.Optional;
import org.vemmio.decoder.CodeMode;
import org.vemmio.decoder.DecodeFailure;
import org.vemmio.decoder.Decoding;
import org.vemmio.decoder.Instruction;
import org.vemmio.decoder.MemoryKind;
import org.vemmio.decoder.MemoryOperand;
import org.vemmio.emulator.cpu.Cpu;
import org.vemmio.emulator.cpu.Trap;
import org.vemmio.emulator.handler.TrapHandler;
import org.vemmio.emulator.instruction.InstructionTable;
import org.vemmio.emulator.operation.Admission;
import org.vemmio.emulator.outcome.FailureReason;
import org.vemmio.emulator.outcome.Outcome;

/// The processor itself: bit for bit, in 16-, 32- and 64-bit code, kernel and user mode (Intel SDM, AMD APM).
public final class ArchitecturalHandler implements TrapHandler {
    /// The one there is.
    public static final ArchitecturalHandler INSTANCE = new ArchitecturalHandler();

    private ArchitecturalHandler() {
    }

    @Override
    public String name() {
        return "architectural";
    }

    @Override
    public Optional<FailureReason> refusesTrap(Trap trap, Cpu cpu) {
        return trap.privateAddress() ? Optional.of(FailureReason.PRIVATE_ADDRESS) : Optional.empty();
    }

    @Override
    public boolean needsAllBytes() {
        return false;
    }

    @Override
    public CodeMode decodesAs(CodeMode mode) {
        return mode;
    }

    @Override
    public Admission admit(byte[] code, int count, Decoding decoding) {
        return switch (decoding) {
            case DecodeFailure failure -> refuse(failure);
            case Instruction instruction -> InstructionTable.prepare(instruction).<Admission>map(operation -> operation)
                    .orElseGet(() -> unsupported(instruction));
        };
    }

    private static Admission refuse(DecodeFailure failure) {
        return switch (failure.reason()) {
            case ILLEGAL_LOCK -> new Admission.Exception(failure, Outcome.Exception.UD);
            case TOO_LONG -> new Admission.Exception(failure, Outcome.Exception.GP);
            case TRUNCATED -> new Admission.Refusal(failure, FailureReason.FETCH_FAULT, failure.reason().description());
            default -> new Admission.Refusal(failure, FailureReason.UNDECODABLE, failure.reason().description());
        };
    }

    private static Admission unsupported(Instruction instruction) {
        boolean touchesMemory = instruction.operands().stream()
                .anyMatch(operand -> operand instanceof MemoryOperand memory && memory.kind() != MemoryKind.AGEN);
        String mnemonic = instruction.mnemonic();
        if (!touchesMemory) {
            return new Admission.Refusal(instruction, FailureReason.NO_MEMORY_OPERAND, mnemonic);
        }
        String family = InstructionTable.refusedFamily(mnemonic).map(name -> " (" + name + ")").orElse("");
        return new Admission.Refusal(instruction, FailureReason.UNSUPPORTED_INSTRUCTION, mnemonic + family);
    }
}
