package org.vemmio.emulator.recording.capture;

import org.jspecify.annotations.Nullable;
import org.vemmio.emulator.cpu.Cpu;
import org.vemmio.emulator.cpu.CpuState;
import org.vemmio.emulator.cpu.Trap;
import org.vemmio.emulator.device.MmioBus;
import org.vemmio.emulator.engine.Completion;
import org.vemmio.emulator.engine.MmioEngine;
import org.vemmio.emulator.memory.LinearMemory;
import org.vemmio.emulator.outcome.Outcome;

/// An engine whose traps are recorded. It belongs to the thread that opened it, as its engine does.
///
/// A `rep` instruction that takes several calls is one trap of the recording, as long as nothing happens in between to
/// the registers; else it is one for each stretch, all but the last with iterations left. The trap stands where its
/// last call was. What throws out of a device or a memory leaves no trap behind.
public final class RecordingEngine implements AutoCloseable {
    private final TrapRecorder recorder;
    private final ObservedBus bus;
    private final MmioEngine engine;
    private @Nullable Unfinished unfinished;

    /// A `rep` instruction that has iterations left.
    private record Unfinished(TrapCapture capture, CpuState after, Outcome outcome) {
    }

    RecordingEngine(TrapRecorder recorder, MmioEngine.Builder engine, MmioBus bus) {
        this.recorder = recorder;
        this.bus = new ObservedBus(bus);
        this.engine = engine.bus(this.bus).build();
    }

    /// Deals with a trap as [MmioEngine#handle] does, and records it. That writing fails is told by
    /// [TrapRecorder#close] alone.
    ///
    /// @return what became of the guest
    /// @throws WrongThreadException as [MmioEngine#handle]
    /// @throws IllegalStateException as [MmioEngine#handle]
    public Outcome handle(Trap trap, Cpu cpu, LinearMemory memory) {
        TrapCapture capture = goingOn(cpu, memory);
        if (capture == null) {
            writeUnfinished();
            bus.clear();
            capture = new TrapCapture(trap, cpu, memory, bus);
        }
        unfinished = null;
        Outcome outcome = engine.handle(trap, cpu, capture.memory());
        if (Completion.isIncomplete(outcome)) {
            unfinished = new Unfinished(capture, CpuState.copyOf(cpu), outcome);
        } else {
            recorder.write(capture.end(cpu, outcome));
        }
        return outcome;
    }

    private @Nullable TrapCapture goingOn(Cpu cpu, LinearMemory memory) {
        return unfinished != null && unfinished.capture.isOf(memory)
                && unfinished.after.equals(CpuState.copyOf(cpu)) ? unfinished.capture : null;
    }

    private void writeUnfinished() {
        if (unfinished != null) {
            recorder.write(unfinished.capture.end(unfinished.after, unfinished.outcome));
            unfinished = null;
        }
    }

    /// {@return the engine; what it is asked to handle itself is not recorded}
    public MmioEngine engine() {
        return engine;
    }

    /// Records an instruction that has iterations left, and closes the engine. The recorder stays open.
    ///
    /// @throws WrongThreadException as [MmioEngine#close]
    @Override
    public void close() {
        engine.close();
        writeUnfinished();
    }
}
