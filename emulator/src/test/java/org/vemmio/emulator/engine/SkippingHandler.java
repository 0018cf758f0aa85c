package org.vemmio.emulator.engine;

import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.vemmio.decoder.Decoding;
import org.vemmio.decoder.Instruction;
import org.vemmio.emulator.cpu.Cpu;
import org.vemmio.emulator.cpu.Trap;
import org.vemmio.emulator.handler.TrapHandler;
import org.vemmio.emulator.operation.Admission;
import org.vemmio.emulator.operation.Execution;
import org.vemmio.emulator.operation.FetchedCode;
import org.vemmio.emulator.operation.MmioOperation;
import org.vemmio.emulator.operation.SkippedOperation;
import org.vemmio.emulator.outcome.Check;
import org.vemmio.emulator.outcome.Ladder;

/// Passes over whatever is fetched, as far as its instruction reaches, or one byte.
public final class SkippingHandler implements TrapHandler {
    private final @Nullable Consumer<Execution> aside;

    /// Creates a handler that does nothing else.
    public SkippingHandler() {
        this.aside = null;
    }

    /// Creates one that claims to do nothing else, and does something aside.
    public SkippingHandler(Consumer<Execution> aside) {
        this.aside = aside;
    }

    @Override
    public Ladder ladder() {
        return Ladder.of("skipping", List.of());
    }

    @Override
    public Optional<Check> refusesTrap(Trap trap, Cpu cpu) {
        return Optional.empty();
    }

    @Override
    public Admission admit(FetchedCode code) {
        Decoding decoding = code.decoding();
        int length = decoding instanceof Instruction instruction ? instruction.length() : 1;
        SkippedOperation skipped = new SkippedOperation(decoding, length);
        return aside == null ? skipped : new MmioOperation(decoding, length, skipped.hazards()) {
            @Override
            protected void execute(Execution execution) {
                aside.accept(execution);
            }
        };
    }
}
