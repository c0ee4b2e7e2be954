#include "mien/face/mtcnn_network.h"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <functional>
#include <iterator>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "mien/error.h"
#include "mien/face/detector.h"
#include "mien/nn/weights.h"

#include "temp_folder.h"

namespace mien {
namespace {

/// Values of one picture as [channel][row][column], in float64.
struct Planes {
  int channels = 0;
  int side = 0;
  std::vector<double> values;

  Planes(int planes, int length) : channels(planes), side(length), values(place(planes, 0, 0)) {}
  double& at(int c, int y, int x) { return values[place(c, y, x)]; }

 private:
  std::size_t place(int c, int y, int x) const {
    const auto length = static_cast<std::size_t>(side);
    return (static_cast<std::size_t>(c) * length + static_cast<std::size_t>(y)) * length +
           static_cast<std::size_t>(x);
  }
};

/// The network as the paper writes it, one multiplication at a time, from the file's own tensors.
class Plain {
 public:
  explicit Plain(const std::string& file)
      : tensors_(read_weights(find_mtcnn_folder() / file).tensors) {}

  Planes conv(Planes in, const std::string& digit, int kernel) {
    const at::Tensor weight = take("conv" + digit + ".weight");
    const at::Tensor bias = take("conv" + digit + ".bias");
    const at::Tensor slope = take("prelu" + digit + ".weight");
    Planes out(static_cast<int>(weight.size(0)), in.side - kernel + 1);
    const double* factors = weight.data_ptr<double>();
    const std::ptrdiff_t of_one = weight.numel() / weight.size(0);
    for (int o = 0; o < out.channels; ++o) {
      for (int y = 0; y < out.side; ++y) {
        for (int x = 0; x < out.side; ++x) {
          double sum = bias.data_ptr<double>()[o];
          const double* factor = factors + o * of_one;
          for (int c = 0; c < in.channels; ++c) {
            for (int dy = 0; dy < kernel; ++dy) {
              for (int dx = 0; dx < kernel; ++dx) sum += *factor++ * in.at(c, y + dy, x + dx);
            }
          }
          out.at(o, y, x) = bent(sum, slope.data_ptr<double>()[o]);
        }
      }
    }
    return out;
  }

  /// Largest of kernel x kernel, two apart; the last ones may reach beyond the edge.
  static Planes pool(Planes in, int kernel) {
    Planes out(in.channels, (in.side - kernel + 1) / 2 + 1);
    for (int c = 0; c < out.channels; ++c) {
      for (int y = 0; y < out.side; ++y) {
        for (int x = 0; x < out.side; ++x) {
          double largest = in.at(c, 2 * y, 2 * x);
          for (int dy = 0; dy < kernel && 2 * y + dy < in.side; ++dy) {
            for (int dx = 0; dx < kernel && 2 * x + dx < in.side; ++dx) {
              largest = std::max(largest, in.at(c, 2 * y + dy, 2 * x + dx));
            }
          }
          out.at(c, y, x) = largest;
        }
      }
    }
    return out;
  }

  /// The published layers count column by column, a column from top to bottom, channels innermost.
  static std::vector<double> flattened(Planes in) {
    std::vector<double> out;
    for (int x = 0; x < in.side; ++x) {
      for (int y = 0; y < in.side; ++y) {
        for (int c = 0; c < in.channels; ++c) out.push_back(in.at(c, y, x));
      }
    }
    return out;
  }

  std::vector<double> dense(const std::vector<double>& in, const std::string& name) {
    const at::Tensor weight = take(name + ".weight");
    const at::Tensor bias = take(name + ".bias");
    std::vector<double> out;
    for (std::size_t o = 0; o < static_cast<std::size_t>(weight.size(0)); ++o) {
      double sum = bias.data_ptr<double>()[o];
      const double* factor = weight.data_ptr<double>() + o * in.size();
      for (std::size_t i = 0; i < in.size(); ++i) sum += factor[i] * in[i];
      out.push_back(sum);
    }
    return out;
  }

  std::vector<double> bent(std::vector<double> in, const std::string& name) {
    const at::Tensor slope = take(name + ".weight");
    for (std::size_t i = 0; i < in.size(); ++i) in[i] = bent(in[i], slope.data_ptr<double>()[i]);
    return in;
  }

  /// Two values for "no face" and "face" become one; the others follow.
  std::vector<double> heads(const std::vector<double>& in, const std::vector<std::string>& names) {
    std::vector<double> out;
    for (const std::string& name : names) {
      const std::vector<double> head = dense(in, name);
      if (out.empty()) {
        out.push_back(head[1] - head[0]);
      } else {
        std::copy(head.begin(), head.end(), std::back_inserter(out));
      }
    }
    return out;
  }

 private:
  static double bent(double x, double slope) { return x > 0 ? x : slope * x; }
  at::Tensor take(const std::string& name) {
    return tensors_.at(name).to(at::kDouble).contiguous();
  }

  std::map<std::string, at::Tensor> tensors_;
};

double colour_at(int c, int y, int x) {
  return std::sin(0.7 * x + 0.3 * y + c) * std::cos(0.2 * x * c - 0.5 * y);
}

/// Compares one window of `side` pixels with the plain network's answer.
void expect_same(const MtcnnLayout& layout,
                 int side,
                 const std::function<std::vector<double>(Plain&, Planes)>& plain_forward) {
  Planes planes(3, side);
  at::Tensor picture = empty_pictures(1, side, side);
  float* out = picture.data_ptr<float>();
  for (int y = 0; y < side; ++y) {
    for (int x = 0; x < side; ++x) {
      for (int c = 0; c < 3; ++c) {
        planes.at(c, y, x) = colour_at(c, y, x);
        *out++ = static_cast<float>(colour_at(c, y, x));
      }
    }
  }
  Plain plain(layout.file);
  const std::vector<double> expected = plain_forward(plain, planes);
  const at::Tensor actual = MtcnnNetwork(find_mtcnn_folder(), layout).forward(picture).contiguous();
  ASSERT_EQ(actual.numel(), static_cast<std::int64_t>(expected.size()));
  for (std::size_t i = 0; i < expected.size(); ++i) {
    EXPECT_NEAR(actual.data_ptr<float>()[i], expected[i], 2e-4) << "value " << i;
  }
}

TEST(MtcnnNetwork, ProposalIsThePublishedOne) {
  expect_same(proposal_layout(), 12, [](Plain& net, Planes x) {
    x = net.conv(Plain::pool(net.conv(std::move(x), "1", 3), 2), "2", 3);
    x = net.conv(std::move(x), "3", 3);
    return net.heads(Plain::flattened(x), {"conv4_1", "conv4_2"});
  });
}

TEST(MtcnnNetwork, RefineIsThePublishedOne) {
  expect_same(refine_layout(), 24, [](Plain& net, Planes x) {
    x = Plain::pool(net.conv(std::move(x), "1", 3), 3);
    x = Plain::pool(net.conv(std::move(x), "2", 3), 3);
    x = net.conv(std::move(x), "3", 2);
    return net.heads(net.bent(net.dense(Plain::flattened(x), "dense4"), "prelu4"),
                     {"dense5_1", "dense5_2"});
  });
}

TEST(MtcnnNetwork, OutputIsThePublishedOne) {
  expect_same(output_layout(), 48, [](Plain& net, Planes x) {
    x = Plain::pool(net.conv(std::move(x), "1", 3), 3);
    x = Plain::pool(net.conv(std::move(x), "2", 3), 3);
    x = Plain::pool(net.conv(std::move(x), "3", 3), 2);
    x = net.conv(std::move(x), "4", 2);
    return net.heads(net.bent(net.dense(Plain::flattened(x), "dense5"), "prelu5"),
                     {"dense6_1", "dense6_2", "dense6_3"});
  });
}

TEST(MtcnnNetwork, ProposalSlidesTwoPixelsAtATime) {
  const MtcnnNetwork network(find_mtcnn_folder(), proposal_layout());
  at::Tensor picture = empty_pictures(1, 20, 32);
  float* values = picture.data_ptr<float>();
  for (int i = 0; i < 20 * 32 * 3; ++i) values[i] = static_cast<float>(std::sin(0.37 * i));
  const at::Tensor all = network.forward(picture);
  ASSERT_EQ(all.sizes(), at::IntArrayRef({1, 5, 11, 5}));
  const at::Tensor part = picture.slice(2, 6, 18).slice(3, 14, 26);
  const at::Tensor one = network.forward(part.contiguous(at::MemoryFormat::ChannelsLast));
  for (std::int64_t i = 0; i < 5; ++i) {
    EXPECT_NEAR(all[0][3][7][i].item<float>(), one[0][0][0][i].item<float>(), 1e-4);
  }
}

TEST(MtcnnNetwork, FilesOfOtherNetworksAreNamed) {
  const test::TempFolder folder;
  const auto copy = [&](const char* from, const char* to) {
    std::filesystem::copy_file(
        find_mtcnn_folder() / from, folder / to, std::filesystem::copy_options::overwrite_existing);
  };
  EXPECT_THROW(MtcnnNetwork(folder.path(), proposal_layout()), DataError);
  copy("rnet.pt", "pnet.pt");
  try {
    const MtcnnNetwork network(folder.path(), proposal_layout());
    FAIL();
  } catch (const WeightsError& error) {
    EXPECT_FALSE(error.names().missing.empty());
    EXPECT_FALSE(error.names().unexpected.empty());
    EXPECT_FALSE(error.names().mismatched.empty());
  }
  folder.write("pnet.pt", "short");
  EXPECT_THROW(MtcnnNetwork(folder.path(), proposal_layout()), DataError);
}

}  // namespace
}  // namespace mien
