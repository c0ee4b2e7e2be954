#include <set>
#include <utility>

#include <nlohmann/json.hpp>

#include "mien/core/option_values.h"
#include "mien/core/options.h"
#include "mien/error.h"

namespace mien {
namespace {

using Json = nlohmann::ordered_json;

Given given_json(const Json& value) {
  switch (value.type()) {
    case Json::value_t::boolean:
      return {value.get<bool>()};
    case Json::value_t::number_integer:
      return {value.get<std::int64_t>()};
    case Json::value_t::number_unsigned:
      // Beyond 63 bits it is no integer of ours, but still a number.
      if (value.get<std::uint64_t>() > static_cast<std::uint64_t>(INT64_MAX)) {
        return {value.get<double>()};
      }
      return {value.get<std::int64_t>()};
    case Json::value_t::number_float:
      return {value.get<double>()};
    case Json::value_t::string:
      return {value.get<std::string>()};
    case Json::value_t::array: {
      std::vector<Given> items;
      for (const Json& item : value) {
        items.push_back(item.is_array() ? Given{Foreign{"a list"}} : given_json(item));
      }
      return {std::move(items)};
    }
    case Json::value_t::object:
      return {Foreign{"an object"}};
    default:
      return {Foreign{"null"}};
  }
}

/// Parses strictly: an error in the text or a key that comes twice is a DataError.
Json parse_json(std::string_view text, const std::string& name) {
  std::vector<std::set<std::string>> keys;  // of the objects that are open
  const auto watch = [&](int, Json::parse_event_t event, Json& parsed) {
    if (event == Json::parse_event_t::object_start) keys.emplace_back();
    if (event == Json::parse_event_t::object_end) keys.pop_back();
    if (event == Json::parse_event_t::key &&
        !keys.back().insert(parsed.get<std::string>()).second) {
      throw DataError(name, "the key '" + parsed.get<std::string>() + "' comes twice");
    }
    return true;
  };
  try {
    return Json::parse(text, watch);
  } catch (const Json::parse_error& error) {
    throw DataError(name, "not valid JSON at byte " + std::to_string(error.byte));
  } catch (const Json::exception& error) {
    throw DataError(name, std::string("not valid JSON: ") + error.what());
  }
}

void read_object(const Fields& fields,
                 const Json& object,
                 const std::string& prefix,
                 const std::string& where);

void read_list(const TableList& list,
               const Json& value,
               const std::string& key,
               const std::string& where) {
  if (!value.is_array()) throw OptionError(key, where + key + " takes a list of objects");
  list.resize(0);
  list.resize(value.size());
  for (std::size_t i = 0; i < value.size(); ++i) {
    const std::string entry = key + "." + std::to_string(i);
    if (!value[i].is_object()) throw OptionError(entry, where + entry + " takes an object");
    read_object(list.element(i), value[i], entry + ".", where);
  }
}

void read_object(const Fields& fields,
                 const Json& object,
                 const std::string& prefix,
                 const std::string& where) {
  for (const auto& [key, value] : object.items()) {
    if (const Field* field = fields.find(key)) {
      assign(*field, prefix + key, given_json(value), where);
    } else if (const TableList* list = find_list(fields, key)) {
      read_list(*list, value, prefix + key, where);
    } else {
      throw unknown_option(fields, key, where, prefix);
    }
  }
}

// Checks what JSON cannot hold before the library's own exception would tell less.
void check_value(const std::string& text, const std::string& key) {
  check_text(text, key);
}
void check_value(double number, const std::string& key) {
  finite_text(number, key);
}
void check_value(bool, const std::string&) {}
void check_value(std::int64_t, const std::string&) {}
template <typename Value>
void check_value(const std::vector<Value>& list, const std::string& key) {
  for (const Value& value : list) check_value(value, key);
}

Json object_of(const Fields& fields) {
  Json object = Json::object();
  for (const Field& field : fields.fields()) {
    std::visit(
        [&](auto* value) {
          check_value(*value, field.key);
          object[field.key] = *value;
        },
        field.value);
  }
  for (const TableList& list : fields.lists()) {
    Json entries = Json::array();
    for (std::size_t i = 0; i < list.size(); ++i) entries.push_back(object_of(list.element(i)));
    object[list.key] = std::move(entries);
  }
  return object;
}

}  // namespace

std::string to_json(const Fields& fields) {
  return object_of(fields).dump();
}

void read_json(const Fields& fields, std::string_view json, const std::string& name) {
  const Json object = parse_json(json, name);
  if (!object.is_object()) throw DataError(name, "holds no JSON object of options");
  read_object(fields, object, "", name + ": ");
}

}  // namespace mien
