package org.example.moves;

import java.util.List;
import java.util.OptionalInt;
import org.vemmio.decoder.Instruction;
import org.vemmio.emulator.handler.TrapHandler;
import org.vemmio.emulator.handler.TrapHandlerProvider;
import org.vemmio.emulator.handler.architectural.ArchitecturalHandler;
import org.vemmio.emulator.operation.Admission;
import org.vemmio.emulator.operation.FetchedCode;
import org.vemmio.emulator.outcome.Action;
import org.vemmio.emulator.outcome.Check;
import org.vemmio.emulator.outcome.Ladder;

/// Brings a handler of a user's own, in two versions.
public final class MovesProvider implements TrapHandlerProvider {
    public MovesProvider() {
    }

    @Override
    public String name() {
        return "moves";
    }

    @Override
    public String description() {
        return "the processor, if it knew mov alone";
    }

    @Override
    public List<TrapHandler> handlers() {
        return List.of(new MovesHandler("moves-1"), new MovesHandler("moves-2"));
    }
}

/// Does `mov` as the processor does, and nothing else.
record MovesHandler(Ladder ladder) implements TrapHandler {
    private static final Check NO_MOV = Check.named("no-mov", "not a mov").returning("NOT_MINE")
            .ending(new Action.Inject(6, OptionalInt.empty())).build();

    MovesHandler(String name) {
        this(Ladder.of(name, List.of(NO_MOV)));
    }

    @Override
    public Admission admit(FetchedCode code) {
        return code.decoding() instanceof Instruction instruction && !instruction.mnemonic().equals("mov")
                ? new Admission.Refusal(instruction, NO_MOV, instruction.mnemonic())
                : ArchitecturalHandler.INSTANCE.admit(code);
    }
}
