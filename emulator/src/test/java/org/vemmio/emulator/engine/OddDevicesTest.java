package org.vemmio.emulator.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.vemmio.emulator.cpu.CpuState;
import org.vemmio.emulator.cpu.Gpr;
import org.vemmio.emulator.device.MmioBus;
import org.vemmio.emulator.memory.LinearMemory;
import org.vemmio.emulator.outcome.Outcome;

/// Devices and others that do what they should not.
class OddDevicesTest {
    /// A bus whose device does something before it answers a read, and holds 0x55 everywhere.
    private static class OddBus implements MmioBus {
        Runnable before = () -> { };
        int widths = UP_TO_8;
        final List<Integer> sizes = new ArrayList<>();

        @Override
        public long read(long gpa, int size) {
            before.run();
            sizes.add(size);
            return 0x5555_5555_5555_5555L;
        }

        @Override
        public void write(long gpa, int size, long value) {
            sizes.add(size);
        }

        @Override
        public int widths(long gpa) {
            return widths;
        }
    }

    /// `movups xmm0, [rdi]`
    @Test
    void aDeviceThatTakesNothingAnyMoreIsAccessedAsItWasAskedBefore() {
        OddBus bus = new OddBus();
        bus.widths = 8;
        bus.before = () -> bus.widths = 0;
        TestMachine machine = TestMachine.of("0f1007").at(0);
        machine.bus = bus;
        assertThat(machine.run()).isInstanceOf(Outcome.Emulated.class);
        assertThat(bus.sizes).containsExactly(8, 8);
        machine.cpu.setRip(TestMachine.CODE);
        assertThat(machine.run()).isInstanceOf(Outcome.Propagated.class);
        assertThat(bus.sizes).hasSize(2);
    }

    /// Who calls the engine that calls it.
    private enum Caller { DEVICE, MEMORY, OBSERVER }

    @ParameterizedTest
    @EnumSource
    void whatTheEngineCallsCannotCallIt(Caller caller) {
        for (Consumer<Reentry> call : List.<Consumer<Reentry>>of(Reentry::handle, reentry -> reentry.engine.close())) {
            try (Reentry reentry = new Reentry(caller, call)) {
                CpuState before = CpuState.copyOf(reentry.machine.cpu);
                assertThatThrownBy(reentry::handle).isInstanceOf(IllegalStateException.class)
                        .hasMessage("the engine is dealing with a trap, and what it calls must not call it");
                assertThat(reentry.machine.cpu).isEqualTo(before);

                reentry.armed = false;
                assertThat(reentry.handle()).isInstanceOf(Outcome.Emulated.class);
                assertThat(reentry.machine.cpu.gpr(Gpr.RAX)).isEqualTo(0x5555_5555);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void whoCatchesThatDoesNotDisturbTheTrap(Caller caller) {
        Consumer<Reentry> catching = reentry ->
                assertThatThrownBy(reentry::handle).isInstanceOf(IllegalStateException.class);
        try (Reentry reentry = new Reentry(caller, catching)) {
            assertThat(reentry.handle()).isInstanceOf(Outcome.Emulated.class);
            assertThat(reentry.machine.cpu.gpr(Gpr.RAX)).isEqualTo(0x5555_5555);
            assertThat(reentry.machine.cpu.rip()).isEqualTo(TestMachine.CODE + 2);
        }
    }

    /// `mov eax, [rdi]`, and someone who calls the engine meanwhile.
    private static final class Reentry implements AutoCloseable {
        final TestMachine machine = TestMachine.of("8b07").at(0);
        final MmioEngine engine;
        private final LinearMemory memory;
        private final Consumer<Reentry> call;
        private boolean calling;
        boolean armed = true;

        Reentry(Caller caller, Consumer<Reentry> call) {
            this.call = call;
            OddBus bus = new OddBus();
            machine.bus = bus;
            memory = caller == Caller.MEMORY ? new CallingMemory() : machine.memory;
            if (caller == Caller.DEVICE) {
                bus.before = this::call;
            } else if (caller == Caller.OBSERVER) {
                machine.options = builder -> builder.observer((write, gpa, bytes, offset, size) -> call());
            }
            engine = machine.engine();
        }

        Outcome handle() {
            return engine.handle(machine.trap, machine.cpu, memory);
        }

        private void call() {
            if (armed && !calling) {
                calling = true;
                try {
                    call.accept(this);
                } finally {
                    calling = false;
                }
            }
        }

        @Override
        public void close() {
            engine.close();
        }

        private final class CallingMemory implements LinearMemory {
            @Override
            public int fetch(long linear, byte[] into, int count) {
                return machine.memory.fetch(linear, into, count);
            }

            @Override
            public long translate(long linear, int size, boolean write, boolean user) {
                call();
                return machine.memory.translate(linear, size, write, user);
            }

            @Override
            public long read(long linear, int size) {
                return machine.memory.read(linear, size);
            }

            @Override
            public void write(long linear, int size, long value) {
                machine.memory.write(linear, size, value);
            }
        }
    }
}
