package org.vemmio.decoder;

/// The Zydis library in use.
///
/// @param version its version, as `4.0.0`
/// @param path the file it was loaded from, or the name that the system's loader found it by
public record LibraryInfo(String version, String path) {
}
