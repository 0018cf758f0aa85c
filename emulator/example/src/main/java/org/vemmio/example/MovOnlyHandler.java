package org.vemmio.example;

import java.util.List;
import java.util.OptionalInt;
import org.vemmio.decoder.Instruction;
import org.vemmio.decoder.MemoryOperand;
import org.vemmio.decoder.RegisterOperand;
import org.vemmio.emulator.handler.TrapHandler;
import org.vemmio.emulator.handler.architectural.ArchitecturalHandler;
import org.vemmio.emulator.operation.Admission;
import org.vemmio.emulator.operation.FetchedCode;
import org.vemmio.emulator.operation.MmioOperation;
import org.vemmio.emulator.outcome.Action;
import org.vemmio.emulator.outcome.Check;
import org.vemmio.emulator.outcome.Ladder;
import org.vemmio.emulator.outcome.Outcome;

// [handler]
/// What a small paravisor might do: `mov` loads and stores of up to 4 bytes, as the processor does them, and no more.
final class MovOnlyHandler implements TrapHandler {
    private static final int MACHINE_CHECK = 18;

    static final Check NOT_A_MOV = Check.named("not-a-mov", "not a mov that loads or stores")
            .returning("UNSUPPORTED").ending(new Action.Inject(Outcome.Exception.UD, OptionalInt.empty()))
            .hint("rep *", "Write a loop around one mov.")
            .hint("*", "Load with mov, work in a register, and store with mov.").build();
    static final Check TOO_WIDE = Check.named("too-wide", "more than 4 bytes at once")
            .returning("UNSUPPORTED").ending(new Action.VmmError())
            .hint("*", "Access the device in parts of 4 bytes.").build();
    /// Instead of the check with this label that is common to all handlers.
    static final Check DEVICE_REFUSED = Check.named("device-refused", "the device model gave up")
            .returning("IO_ERROR").ending(new Action.Halt()).late().build();
    static final Check DEVICE_GONE = Check.named("device-gone", "all ones, as where no device answers")
            .returning("NO_DEVICE").ending(new Action.Inject(MACHINE_CHECK, OptionalInt.empty())).late().build();

    private static final Ladder LADDER =
            Ladder.of("mov-only", List.of(NOT_A_MOV, TOO_WIDE, DEVICE_REFUSED, DEVICE_GONE));

    @Override
    public Ladder ladder() {
        return LADDER;
    }

    @Override
    public Admission admit(FetchedCode code) {
        Admission architectural = ArchitecturalHandler.INSTANCE.admit(code);
        if (!(code.decoding() instanceof Instruction instruction)) {
            return architectural;
        }
        if (!instruction.mnemonic().equals("mov") || !(architectural instanceof MmioOperation)) {
            return new Admission.Refusal(instruction, NOT_A_MOV, instruction.mnemonic());
        }
        MemoryOperand memory = instruction.memoryOperand().orElseThrow();
        if (memory.width() > 32) {
            return new Admission.Refusal(instruction, TOO_WIDE, memory.width() / 8 + " bytes");
        }
        return memory.width() == 32 && instruction.operands().getFirst() instanceof RegisterOperand to
                ? new CheckedLoad(instruction, memory, to.register().number()) : architectural;
    }
}
// [handler]
