package org.vemmio.emulator.testing;

import java.util.Arrays;
import java.util.List;
import org.assertj.core.api.FactoryBasedNavigableListAssert;
import org.assertj.core.api.ObjectAssert;
import org.vemmio.emulator.outcome.DeviceAccess;

/// Assertions about device accesses, in the order in which they were made.
@SuppressWarnings("exports") // AssertJ stays optional for users of other packages
public final class DeviceAccessesAssert extends FactoryBasedNavigableListAssert<DeviceAccessesAssert,
        List<DeviceAccess>, DeviceAccess, ObjectAssert<DeviceAccess>> {
    DeviceAccessesAssert(List<DeviceAccess> actual) {
        super(actual, DeviceAccessesAssert.class, ObjectAssert::new);
    }

    private DeviceAccessesAssert check(boolean holds, String expected) {
        if (!holds) {
            throw failure("%s", Report.contradiction(expected, Report.text(actual)));
        }
        return this;
    }

    /// Asserts that these were made, in this order, and no others.
    public DeviceAccessesAssert are(DeviceAccess... accesses) {
        isNotNull();
        return check(actual.equals(Arrays.asList(accesses)), Report.text(Arrays.asList(accesses)));
    }

    /// Asserts that these were made, in this order, and no others.
    ///
    /// @param texts such as `read 4 bytes at 0xfe000000 = 0x1234`, as [DeviceAccess#toString] writes them
    public DeviceAccessesAssert haveTexts(String... texts) {
        isNotNull();
        return check(actual.stream().map(DeviceAccess::toString).toList().equals(Arrays.asList(texts)),
                Report.lines(Arrays.asList(texts)));
    }

    /// Asserts that none was made.
    public DeviceAccessesAssert areNone() {
        isNotNull();
        return check(actual.isEmpty(), "no device access");
    }

    /// Asserts that none of them was a write.
    public DeviceAccessesAssert areOnlyReads() {
        isNotNull();
        return check(actual.stream().noneMatch(DeviceAccess::isWrite), "only reads");
    }

    /// Asserts that all of them were writes.
    public DeviceAccessesAssert areOnlyWrites() {
        isNotNull();
        return check(actual.stream().allMatch(DeviceAccess::isWrite), "only writes");
    }

    /// Asserts the widths of all of them, in order.
    ///
    /// @param sizes in bytes
    public DeviceAccessesAssert haveSizes(int... sizes) {
        isNotNull();
        return check(Arrays.equals(actual.stream().mapToInt(DeviceAccess::size).toArray(), sizes),
                "accesses of " + Arrays.toString(sizes) + " bytes");
    }

    /// Asserts that every byte of all of them lies within a range of guest-physical addresses.
    ///
    /// @param gpa the first address
    /// @param size in bytes
    public DeviceAccessesAssert areWithin(long gpa, long size) {
        isNotNull();
        return check(actual.stream().allMatch(access -> {
            long offset = access.gpa() - gpa;
            return offset >= 0 && offset <= size - access.size();
        }), "accesses within 0x%x to 0x%x".formatted(gpa, gpa + size - 1));
    }
}
