/// Finds, opens and checks the Zydis library. [org.vemmio.zydis.ZydisLibrary#load()] comes first; after it the
/// functions of [org.vemmio.zydis.jextract.Zydis] can be called.
///
/// Zydis 4.0 and 4.1 serve: their structures are the same. The numbers of mnemonics, registers, categories and
/// instruction sets are not, so they are never compared with constants; the functions that name them tell what they
/// are. A library that answers a few known instructions otherwise than these versions do is refused with a
/// [org.vemmio.zydis.LibraryException], before anything depends on it.
///
/// The module needs native access: `--enable-native-access=org.vemmio.zydis`.
@NullMarked
package org.vemmio.zydis;

import org.jspecify.annotations.NullMarked;
