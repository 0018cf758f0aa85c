package org.vemmio.emulator.outcome;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DeviceAccessTest {
    @Test
    void aNumberIsLittleEndianAndOnlyItsLowBytesCount() {
        assertThat(DeviceAccess.read(0x1000, 4, 0x9988_7766_1122_3344L))
                .isEqualTo(DeviceAccess.read(0x1000, new byte[] {0x44, 0x33, 0x22, 0x11}))
                .isNotEqualTo(DeviceAccess.write(0x1000, 4, 0x1122_3344))
                .hasToString("read 4 bytes at 0x1000 = 0x11223344");
        assertThat(DeviceAccess.write(0, 8, -2).value()).isEqualTo(-2);
        assertThat(DeviceAccess.write(0, 1, -2)).hasToString("write 1 byte at 0x0 = 0xfe");
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 0, 9, 16})
    void aNumberHasOneToEightBytes(int size) {
        assertThatThrownBy(() -> DeviceAccess.write(0, size, 0)).isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a number has 1 to 8 bytes, not " + size);
    }
}
