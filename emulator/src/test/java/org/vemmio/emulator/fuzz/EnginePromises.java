package org.vemmio.emulator.fuzz;

import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import org.vemmio.decoder.Decoding;
import org.vemmio.decoder.Instruction;
import org.vemmio.emulator.cpu.CpuState;
import org.vemmio.emulator.cpu.Rflags;
import org.vemmio.emulator.engine.Completion;
import org.vemmio.emulator.engine.MmioEngine;
import org.vemmio.emulator.outcome.Outcome;

/// What [MmioEngine] promises whatever it is given, tried with one case after the other. For one thread.
final class EnginePromises implements AutoCloseable {
    /// The most accesses of one iteration, or of an instruction that is not repeated.
    private static final int ACCESSES = 128;
    /// The most accesses of a locked instruction where compare-and-exchange is offered.
    private static final int LOCKED_ACCESSES = 1025;

    /// Engines that have seen other cases before, by how they are built.
    private final Map<EngineCase.Setup, BookedEngine> used = new HashMap<>();

    /// Returns which promise is broken, if one is.
    Optional<String> broken(EngineCase engineCase) {
        try (BookedEngine fresh = new BookedEngine(engineCase.setup())) {
            CaseRun run = fresh.run(engineCase);
            String problem = problem(engineCase, run);
            if (problem == null && engineCase.setup().policy().equals("propagate")) {
                problem = difference("seen before", run, fresh.run(engineCase));
                if (problem == null) {
                    problem = difference("by an engine used before", run, used.computeIfAbsent(engineCase.setup(),
                            BookedEngine::new).run(engineCase));
                }
                if (problem == null) {
                    problem = undescribed(engineCase, run);
                }
                if (problem == null && isRepeated(engineCase, run)) {
                    CaseRun stepped = stepped(engineCase);
                    problem = stepped.endsLike(run) ? null : difference("one iteration at a time", run, stepped);
                }
            } else if (problem == null) {
                try (BookedEngine other = new BookedEngine(engineCase.setup())) {
                    problem = difference("once more", run, other.run(engineCase));
                }
            }
            return Optional.ofNullable(problem);
        }
    }

    private static String problem(EngineCase engineCase, CaseRun run) {
        if (run.thrown() != null) {
            boolean odd = run.thrown() instanceof Oddity.OddException
                    || run.thrown() instanceof IllegalStateException && engineCase.oddity().reentersAt() % 2 == 1;
            if (!odd) {
                return "throws " + run.thrown();
            }
        }
        if (!run.observed().equals(run.accesses())) {
            return "tells the observer of %s, and makes %s".formatted(run.observed(), run.accesses());
        }
        long iterations = isRepeated(engineCase, run) ? engineCase.setup().repeatBound() : 1;
        if (run.begun() > (engineCase.oddity().exchanges() ? LOCKED_ACCESSES : iterations * ACCESSES)) {
            return "makes %d accesses".formatted(run.begun());
        }
        return switch (run.outcome()) {
            case null -> unchanged(engineCase, run);
            case Outcome.Emulated emulated ->
                (emulated.effect() == Outcome.Effect.NO_ACCESS) == run.accesses().isEmpty() ? null
                    : "tells of %s, and makes %s".formatted(emulated.effect(), run.accesses());
            case Outcome.Exception exception -> exception.complete() ? null : unchanged(engineCase, run);
            case Outcome.Propagated propagated -> propagated.failure().accesses().equals(run.accesses())
                    ? unchanged(engineCase, run)
                    : "tells of %s, and makes %s".formatted(propagated.failure().accesses(), run.accesses());
            default -> null;
        };
    }

    /// Returns what has changed although nothing may, except of an instruction that is repeated.
    private static String unchanged(EngineCase engineCase, CaseRun run) {
        if (isRepeated(engineCase, run)) {
            return null;
        }
        if (!run.cpu().equals(engineCase.cpu())) {
            return "changes registers, with " + run.text();
        }
        return run.memory() == engineCase.memory().digest() ? null : "changes memory, with " + run.text();
    }

    private static String undescribed(EngineCase engineCase, CaseRun run) {
        try (BookedEngine engine = new BookedEngine(engineCase.setup(), false)) {
            CaseRun other = engine.run(engineCase);
            return other.endsLike(run) ? null : difference("not describing", run, other);
        }
    }

    private static String difference(String how, CaseRun run, CaseRun other) {
        return run.isLike(other) ? null : "%s: %s%n%s%n%s%nand not %s%n%s%n%s".formatted(how, other.text(), other.cpu(),
                other.accesses(), run.text(), run.cpu(), run.accesses());
    }

    /// Where the outcome does not tell its instruction, it counts as repeated if its bytes may have a prefix for it.
    private static boolean isRepeated(EngineCase engineCase, CaseRun run) {
        Decoding decoding = switch (run.outcome()) {
            case null -> null;
            case Outcome.Emulated emulated -> emulated.decoding().orElse(null);
            case Outcome.Exception exception -> exception.decoding();
            case Outcome.Failed failed -> failed.failure().decoding().orElse(null);
        };
        return decoding instanceof Instruction instruction ? instruction.prefixes().repeats()
                : HexFormat.of().formatHex(engineCase.code()).matches("(..)*f[23].*");
    }

    /// Does as many iterations as the case does, a trap for each.
    private static CaseRun stepped(EngineCase engineCase) {
        EngineCase.Setup setup = engineCase.setup();
        int bound = (engineCase.cpu().rflags() & Rflags.TF) != 0 || setup.handler().startsWith("linux") ? 1
                : setup.repeatBound();
        try (BookedEngine engine = new BookedEngine(
                new EngineCase.Setup(setup.handler(), setup.policy(), setup.splitting(), 1))) {
            CpuState cpu = CpuState.copyOf(engineCase.cpu());
            BookedMemory memory = engineCase.memory();
            CaseRun run = engine.run(engineCase, cpu, memory, true);
            for (int i = 1; i < bound && run.outcome() != null && Completion.isIncomplete(run.outcome()); i++) {
                run = engine.run(engineCase, cpu, memory, false);
            }
            return run;
        }
    }

    @Override
    public void close() {
        used.values().forEach(BookedEngine::close);
    }
}
