// What a disk is sure to have: of every file the bytes at its last sync, of every folder the names at its
// last sync. When the power goes, the data folder is built anew from this alone.
//
//     SYNCED/<inode>.bytes   a file at its last sync
//     SYNCED/<inode>.names   a folder at its last sync: "<inode> <name>\n" for each entry
//     PINS/<inode>           one more name of every file that SYNCED speaks of, so that its inode number
//                            stays its own after it was removed; on the file system of the data folder
//
// A file whose name is synced and whose bytes never were is empty after a power cut. System calls only: a
// part of this runs inside the program whose power will be cut. One sync is recorded at a time, in whichever
// process.
#pragma once

#include <string>

namespace tally::chaos {

class Shadow {
 public:
  // All three folders exist; absolute paths without a '/' at the end.
  Shadow(std::string data, std::string pins, std::string synced);

  // The file or folder behind `fd` was just synced; nothing happens if it is not in the data folder. False,
  // and errno, where that could not be recorded.
  bool record(int fd) const;

  // All that the data folder has is synced, and nothing else is.
  bool record_all() const;

  // Fills `folder`, which is empty, with what is synced.
  bool rebuild(const std::string& folder) const;

 private:
  bool owns(int fd) const;
  bool record_file(int fd) const;
  bool record_folder(int fd) const;
  bool record_tree(const std::string& folder) const;
  bool rebuild_folder(unsigned long inode, const std::string& folder) const;
  std::string file(unsigned long inode, const char* kind) const;

  std::string data_;
  std::string pins_;
  std::string synced_;
};

}  // namespace tally::chaos
