package org.vemmio.emulator.handler.architectural;

import java.util.List;
import org.vemmio.decoder.DecodeFailure;
import org.vemmio.decoder.Instruction;
import org.vemmio.decoder.MemoryKind;
import org.vemmio.decoder.MemoryOperand;
import org.vemmio.emulator.handler.TrapHandler;
import org.vemmio.emulator.instruction.InstructionTable;
import org.vemmio.emulator.operation.Admission;
import org.vemmio.emulator.operation.FetchedCode;
import org.vemmio.emulator.outcome.Check;
import org.vemmio.emulator.outcome.CommonChecks;
import org.vemmio.emulator.outcome.Errno;
import org.vemmio.emulator.outcome.Ladder;
import org.vemmio.emulator.outcome.Outcome;

/// The processor itself: bit for bit, in 16-, 32- and 64-bit code, kernel and user mode (Intel SDM, AMD APM).
public final class ArchitecturalHandler implements TrapHandler {
    private static final Ladder LADDER = Ladder.of("architectural", CommonChecks.all());

    /// The one there is.
    public static final ArchitecturalHandler INSTANCE = new ArchitecturalHandler();

    private ArchitecturalHandler() {
    }

    @Override
    public Ladder ladder() {
        return LADDER;
    }

    @Override
    public Admission admit(FetchedCode code) {
        return switch (code.decoding()) {
            case DecodeFailure failure -> refuse(failure);
            case Instruction instruction -> InstructionTable.prepare(instruction).<Admission>map(operation -> operation)
                    .orElseGet(() -> unsupported(instruction));
        };
    }

    private static Admission refuse(DecodeFailure failure) {
        return switch (failure.reason()) {
            case ILLEGAL_LOCK -> new Admission.Exception(failure, Outcome.Exception.UD);
            case TOO_LONG -> new Admission.Exception(failure, Outcome.Exception.GP);
            case TRUNCATED -> new Admission.Refusal(failure, CommonChecks.FETCH_FAULT, failure.reason().description());
            default -> new Admission.Refusal(failure, CommonChecks.UNDECODABLE, failure.reason().description());
        };
    }

    private static Admission unsupported(Instruction instruction) {
        boolean touchesMemory = instruction.operands().stream()
                .anyMatch(operand -> operand instanceof MemoryOperand memory && memory.kind() != MemoryKind.AGEN);
        String mnemonic = instruction.mnemonic();
        if (!touchesMemory) {
            return new Admission.Refusal(instruction, CommonChecks.NO_MEMORY_OPERAND, mnemonic);
        }
        String family = InstructionTable.refusedFamily(mnemonic).map(name -> " (" + name + ")").orElse("");
        return new Admission.Refusal(instruction, CommonChecks.UNSUPPORTED_INSTRUCTION, mnemonic + family);
    }
}
