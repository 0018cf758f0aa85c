package org.vemmio.emulator.fuzz;

import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.vemmio.emulator.cpu.CpuState;
import org.vemmio.emulator.cpu.Trap;
import org.vemmio.emulator.engine.MmioEngine;

/// The promises of [MmioEngine], tried with every handler, all code sizes, and guests, devices and memories of which
/// nothing can be expected.
class EngineFuzzTest {
    @Test
    @Tag("fuzz")
    void anEngineKeepsItsPromises() {
        try (EngineCases cases = new EngineCases(); EnginePromises promises = new EnginePromises()) {
            FuzzBudget.of("EngineFuzzTest", 5_000).run(random -> {
                EngineCase engineCase = cases.draw(random);
                Optional<String> problem = promises.broken(engineCase);
                if (problem.isPresent()) {
                    throw failure(engineCase, problem.get());
                }
            });
        }
    }

    /// A case that broke a promise once: `movsb` by linux-sev wrote memory of which it had asked whether it may be
    /// read.
    @Test
    void memoryIsAskedForWhatIsDone() {
        CpuState cpu = new CpuState();
        cpu.setRip(0x6000L);
        cpu.setGpr(6, 0x4ff9L);
        cpu.setGpr(7, 0x4ffbL);
        Trap trap = new Trap(48, 0, 0xffff_0000_0000_3003L, 0xfe00_0317L, false);
        List<Region> regions = List.of(new Region(0x4000L, 0x1000, Region.Kind.RAM, 0));
        requireSound(new EngineCase(new EngineCase.Setup("linux-sev"), bytes("a4"), cpu, trap, regions, Oddity.NONE));
    }

    private static byte[] bytes(String hex) {
        return HexFormat.of().parseHex(hex);
    }

    private static void requireSound(EngineCase engineCase) {
        try (EnginePromises promises = new EnginePromises()) {
            promises.broken(engineCase).ifPresent(problem -> {
                throw failure(engineCase, problem);
            });
        }
    }

    /// Returns the failure with the simplest case that is found to fail too.
    private static AssertionError failure(EngineCase engineCase, String problem) {
        EngineCase simplest = engineCase;
        String told = problem;
        boolean further = true;
        while (further) {
            further = false;
            for (EngineCase simpler : simplest.simpler()) {
                Optional<String> still = broken(simpler);
                if (still.isPresent()) {
                    simplest = simpler;
                    told = still.get();
                    further = true;
                    break;
                }
            }
        }
        return new AssertionError("the engine %s%n%s".formatted(told, simplest.toJava()));
    }

    private static Optional<String> broken(EngineCase engineCase) {
        try (EnginePromises promises = new EnginePromises()) {
            return promises.broken(engineCase);
        }
    }
}
