package org.vemmio.emulator.input;

/// A range of addresses, 64 bits, unsigned, both ends included.
///
/// @param first the lowest address
/// @param last the highest address
public record AddressRange(long first, long last) {
    /// What [#parse] takes, for messages.
    public static final String FORM =
            "it is a number of up to 64 bits, as 4096 or 0x1000, or two with a hyphen between";

    /// Creates a range.
    ///
    /// @throws IllegalArgumentException if `last` is below `first`
    public AddressRange {
        if (Long.compareUnsigned(last, first) < 0) {
            throw new IllegalArgumentException("the range ends at 0x%x, below its start 0x%x".formatted(last, first));
        }
    }

    /// {@return the range that `text` writes: a number, or two with a hyphen between, as [Numbers#unsigned] takes them}
    ///
    /// @throws IllegalArgumentException if it is none; the message is one line
    public static AddressRange parse(String text) {
        int hyphen = text.indexOf('-');
        long first;
        long last;
        try {
            first = Numbers.unsigned(hyphen < 0 ? text : text.substring(0, hyphen));
            last = hyphen < 0 ? first : Numbers.unsigned(text.substring(hyphen + 1));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("'%s' is no range; %s".formatted(text, FORM), e);
        }
        return new AddressRange(first, last);
    }

    /// {@return whether `address` lies in the range}
    public boolean contains(long address) {
        return Long.compareUnsigned(first, address) <= 0 && Long.compareUnsigned(address, last) <= 0;
    }

    /// {@return whether every address of `other` lies in this range}
    public boolean contains(AddressRange other) {
        return contains(other.first) && contains(other.last);
    }

    /// {@return the range as a policy file writes it: `0xfee00000-0xfee00fff`, or one address alone}
    public String text() {
        return first == last ? "0x%x".formatted(first) : "0x%x-0x%x".formatted(first, last);
    }
}
