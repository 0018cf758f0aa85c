package org.vemmio.emulator.fuzz;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.vemmio.emulator.cpu.CpuState;
import org.vemmio.emulator.device.AccessObserver;
import org.vemmio.emulator.engine.MmioEngine;
import org.vemmio.emulator.handler.TrapHandlers;
import org.vemmio.emulator.outcome.Action;
import org.vemmio.emulator.outcome.DeviceAccess;
import org.vemmio.emulator.outcome.Outcome;
import org.vemmio.emulator.outcome.Recovery;
import org.vemmio.emulator.policy.Condition;
import org.vemmio.emulator.policy.FailurePolicy;

/// An engine with devices that can be changed from case to case.
final class BookedEngine implements AutoCloseable {
    private final BookedBus bus = new BookedBus();
    private final List<DeviceAccess> observed = new ArrayList<>();
    private final MmioEngine engine;

    BookedEngine(EngineCase.Setup setup) {
        this(setup, true);
    }

    BookedEngine(EngineCase.Setup setup, boolean describing) {
        AccessObserver observer = (write, gpa, bytes, offset, size) -> {
            byte[] value = Arrays.copyOfRange(bytes, offset, offset + size);
            observed.add(write ? DeviceAccess.write(gpa, value) : DeviceAccess.read(gpa, value));
        };
        engine = MmioEngine.builder().handler(TrapHandlers.named(setup.handler())).policy(policy(setup.policy()))
                .splitting(setup.splitting()).repeatBound(setup.repeatBound()).cacheSize(64).bus(bus)
                .observer(observer).describing(describing).build();
    }

    private static FailurePolicy policy(String name) {
        return switch (name) {
            case "propagate" -> FailurePolicy.preset(name);
            case "skip" -> recovering(new Recovery.Skip(true));
            default -> recovering(new Recovery.Handler(name));
        };
    }

    private static FailurePolicy recovering(Recovery recovery) {
        return FailurePolicy.builder("recovering").rule(Condition.any(), new Action.Recover(recovery)).build();
    }

    /// Runs a case from its beginning.
    CaseRun run(EngineCase engineCase) {
        return run(engineCase, CpuState.copyOf(engineCase.cpu()), engineCase.memory(), true);
    }

    /// Calls the engine once.
    ///
    /// @param cpu the registers, which change
    /// @param memory which changes
    /// @param first whether accesses are counted from here
    CaseRun run(EngineCase engineCase, CpuState cpu, BookedMemory memory, boolean first) {
        if (first) {
            bus.set(engineCase.oddity(), () -> reenter(engineCase, cpu, memory));
            observed.clear();
        }
        Outcome outcome = null;
        Throwable thrown = null;
        try {
            outcome = engine.handle(engineCase.trap(), cpu, memory);
        } catch (RuntimeException | Error e) {
            thrown = e;
        }
        if (bus.isLocked()) {
            thrown = new AssertionError("the bus is left locked", thrown);
        }
        return new CaseRun(outcome, thrown, thrown == null ? String.valueOf(outcome) : String.valueOf(thrown),
                CpuState.copyOf(cpu), memory.digest(), List.copyOf(bus.accesses), List.copyOf(observed),
                bus.begun());
    }

    private void reenter(EngineCase engineCase, CpuState cpu, BookedMemory memory) {
        try {
            engine.handle(engineCase.trap(), cpu, memory);
        } catch (IllegalStateException e) {
            if (engineCase.oddity().reentersAt() % 2 == 0) {
                return;
            }
            throw e;
        }
        throw new AssertionError("an engine was called by what it calls");
    }

    @Override
    public void close() {
        engine.close();
    }
}
