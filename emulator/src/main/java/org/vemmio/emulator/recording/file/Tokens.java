package org.vemmio.emulator.recording.file;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonToken;

/// JSON, token by token. For one thread.
sealed interface Tokens permits PlainTokens, ParsedTokens {
    /// Goes to the next token, and returns it, or null at the end.
    @Nullable JsonToken next();

    /// Goes to the next key of an object, and returns it, or null at the object's end.
    @Nullable String nextName();

    /// Returns the token where this is.
    @Nullable JsonToken current();

    /// Goes to the end of the value where this is.
    void skip();

    /// Returns the string where this is.
    String string();

    /// Returns an array with the characters of the string where this is, a byte each; what is not ASCII stands in it as
    /// something that is no hexadecimal digit.
    byte[] text();

    /// Returns where in [#text] the string begins.
    int textStart();

    /// Returns how long the string is.
    int textLength();

    /// Returns whether the number where this is, which is a whole one, fits into 64 bits.
    boolean isLong();

    /// Returns the number where this is.
    long number();
}
