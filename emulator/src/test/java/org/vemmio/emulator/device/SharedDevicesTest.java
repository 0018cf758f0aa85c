package org.vemmio.emulator.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.vemmio.emulator.cpu.CpuState;
import org.vemmio.emulator.cpu.Gpr;
import org.vemmio.emulator.cpu.Trap;
import org.vemmio.emulator.engine.MmioEngine;
import org.vemmio.emulator.memory.MemoryMap;
import org.vemmio.emulator.outcome.Outcome;

/// A bus that engines of several virtual processors share.
class SharedDevicesTest {
    private static final long CODE = 0xffff_ffff_8100_0000L;
    private static final long DEVICE = 0xffff_c900_0000_0000L;
    private static final long GPA = 0xfe00_0000L;
    private static final int TIMES = 20_000;
    private static final int WORD = 8;

    /// Traps [#TIMES] times at `offset` of the device, in an engine of its own.
    private static void trap(DeviceMap bus, String code, int offset) {
        byte[] bytes = HexFormat.of().parseHex(code + "90".repeat(16));
        MemoryMap memory = MemoryMap.builder().ram(CODE, bytes).device(DEVICE, GPA, 0x1000).build();
        CpuState cpu = new CpuState();
        cpu.setGpr(Gpr.RDI, DEVICE + offset);
        Trap trap = Trap.at(DEVICE + offset, GPA + offset);
        try (MmioEngine engine = MmioEngine.builder().bus(bus).build()) {
            for (int i = 0; i < TIMES; i++) {
                cpu.setRip(CODE);
                assertThat(engine.handle(trap, cpu, memory)).isInstanceOf(Outcome.Emulated.class);
            }
        }
    }

    private static void together(List<Runnable> processors) throws InterruptedException, ExecutionException {
        try (ExecutorService threads = Executors.newFixedThreadPool(processors.size())) {
            List<Future<?>> running = new ArrayList<>();
            processors.forEach(processor -> running.add(threads.submit(processor)));
            for (Future<?> processor : running) {
                processor.get();
            }
        }
    }

    /// `lock inc` of 1, 2, 4 and 8 bytes, all by three processors, while a fourth writes what lies beside.
    @ParameterizedTest
    @CsvSource({"f0fe07, 1", "f066ff07, 2", "f0ff07, 4", "f048ff07, 8"})
    void noIncrementIsLost(String increment, int size) throws Exception {
        MemoryDevice device = MemoryDevice.of(new byte[4 * WORD]);
        DeviceMap bus = DeviceMap.builder().add(GPA, 4 * WORD, device).build();
        int beside = WORD + size % WORD;
        together(List.of(() -> trap(bus, increment, WORD), () -> trap(bus, increment, WORD),
                () -> trap(bus, increment, WORD), () -> trap(bus, "c60755", beside == WORD ? WORD - 1 : beside)));
        assertThat(device.read(WORD, size)).isEqualTo(3L * TIMES & -1L >>> 64 - Byte.SIZE * size);
        assertThat(device.read(beside == WORD ? WORD - 1 : beside, 1)).isEqualTo(0x55);
    }

    /// A plain store to the highest byte of what another processor increments with LOCK stays.
    @ParameterizedTest
    @CsvSource({"f0ff07, 4", "f048ff07, 8"})
    void noPlainStoreIsLost(String increment, int size) throws Exception {
        MemoryDevice device = MemoryDevice.of(new byte[WORD]);
        DeviceMap bus = DeviceMap.builder().add(GPA, WORD, device).build();
        together(List.of(() -> trap(bus, increment, 0), () -> trap(bus, increment, 0), () -> {
            for (int i = 0; i < TIMES; i++) {
                bus.write(GPA + size - 1, 1, i);
                assertThat(bus.read(GPA + size - 1, 1)).isEqualTo(i & 0xff);
            }
        }));
        assertThat(device.read(0, 2)).isEqualTo(2L * TIMES & 0xffff);
    }

    /// `lock inc` of 8 bytes that overlap others, which is a read and a write, and one that is a compare-and-exchange.
    @Test
    void noIncrementIsLostBesideOneThatIsNotAligned() throws Exception {
        MemoryDevice device = MemoryDevice.of(new byte[2 * WORD]);
        DeviceMap bus = DeviceMap.builder().add(GPA, 2 * WORD, device).build();
        together(List.of(() -> trap(bus, "f048ff07", WORD / 2), () -> trap(bus, "f048ff07", WORD)));
        assertThat(device.read(WORD / 2, WORD / 2)).isEqualTo(TIMES);
        assertThat(device.read(WORD, WORD)).isEqualTo(TIMES);
    }

    /// A device that is not concurrent is never called twice at once, also not within a LOCKed access.
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aDeviceThatIsNotConcurrentIsCalledByOneAtATime(boolean locked) throws Exception {
        AtomicInteger inside = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        MmioDevice device = new MmioDevice() {
            private long value;

            private long during(long result) {
                most.accumulateAndGet(inside.incrementAndGet(), Math::max);
                Thread.onSpinWait();
                inside.decrementAndGet();
                return result;
            }

            @Override
            public long read(long offset, int size) {
                return during(value);
            }

            @Override
            public void write(long offset, int size, long written) {
                value = during(written);
            }
        };
        DeviceMap bus = DeviceMap.builder().add(GPA, 4, device).build();
        together(List.of(() -> trap(bus, locked ? "f0ff07" : "8b07", 0), () -> trap(bus, locked ? "f0ff07" : "8907", 0)));
        assertThat(most).hasValue(1);
        if (locked) {
            assertThat(bus.read(GPA, 4)).isEqualTo(2L * TIMES);
        }
    }

    @Test
    void memoryAtAnyOffset() {
        byte[] bytes = new byte[29];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) (0xf0 - i);
        }
        for (int size = 1; size <= WORD; size *= 2) {
            for (int offset = 0; offset + size <= bytes.length; offset++) {
                MemoryDevice device = MemoryDevice.of(bytes);
                byte[] expected = bytes.clone();
                long value = 0;
                for (int i = size - 1; i >= 0; i--) {
                    value = value << Byte.SIZE | expected[offset + i] & 0xff;
                    expected[offset + i] = (byte) ~expected[offset + i];
                }
                assertThat(device.read(offset, size)).as("%d at %d", size, offset).isEqualTo(value);
                device.write(offset, size, ~value);
                assertThat(device.contents()).as("%d at %d", size, offset).isEqualTo(expected);
                if (device.offersCompareAndExchange(offset, size)) {
                    assertThat(device.compareAndExchange(offset, size, value, 0)).isEqualTo(~value & -1L >>> 64 - 8 * size);
                    assertThat(device.contents()).isEqualTo(expected);
                    device.compareAndExchange(offset, size, ~value, value);
                    assertThat(device.contents()).isEqualTo(bytes);
                }
            }
        }
    }

    /// 2^52 is the first number that is no guest-physical address.
    @Test
    void addressesAreBelow52Bits() {
        long end = 1L << 52;
        MemoryMap.builder().device(DEVICE, end - 0x1000, 0x1000).build();
        DeviceMap.builder().add(end - 1, 1, MemoryDevice.of(new byte[1])).build();
        Trap.at(0, end - 1);
        for (long gpa : new long[] {end - 0xfff, end, -1, Long.MIN_VALUE}) {
            assertThatIllegalArgumentException().isThrownBy(() -> MemoryMap.builder().device(DEVICE, gpa, 0x1000))
                    .withMessageContaining("below guest-physical address 2^52");
        }
        assertThatIllegalArgumentException().isThrownBy(() -> Trap.at(0, end));
        assertThatIllegalArgumentException().isThrownBy(() -> Trap.at(0, -1));
    }
}
