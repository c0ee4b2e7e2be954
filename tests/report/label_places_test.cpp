#include "mien/report/label_places.h"

#include <gtest/gtest.h>
#include <opencv2/core.hpp>

namespace mien {
namespace {

using Kind = LabelPlaces::Kind;
constexpr int kUnit = 10;
const std::vector<LabelSize> kTag = {{{80, 14}, 0}, {{20, 14}, 5}};

bool inside(const cv::Rect& area, cv::Size picture) {
  return (area & cv::Rect({0, 0}, picture)) == area;
}

TEST(LabelPlaces, ATagStandsAboveItsFace) {
  LabelPlaces places({640, 480}, kUnit, {{200, 200, 100, 100}});
  const LabelPlace place = places.place(Kind::kTag, 0, kTag, -1);
  EXPECT_EQ(place.area, cv::Rect(200, 200 - 2 - 14, 80, 14));
  EXPECT_EQ(place.size, 0);
}

TEST(LabelPlaces, NothingLeavesThePicture) {
  const cv::Size picture(320, 240);
  for (const cv::Rect& face : {cv::Rect(0, 0, 30, 30),
                               cv::Rect(300, 220, 40, 40),
                               cv::Rect(-50, 100, 60, 60),
                               cv::Rect(0, 0, 320, 240),
                               cv::Rect(400, -90, 20, 20)}) {
    LabelPlaces places(picture, kUnit, {face});
    EXPECT_TRUE(inside(places.place(Kind::kTag, 0, kTag, -1).area, picture)) << face;
    EXPECT_TRUE(inside(places.place(Kind::kPanel, 0, {{{90, 150}, 0}}, -1).area, picture)) << face;
  }
}

TEST(LabelPlaces, WhatFitsNowhereIsLeftOut) {
  LabelPlaces places({50, 50}, kUnit, {{10, 10, 20, 20}});
  EXPECT_EQ(places.place(Kind::kTag, 0, kTag, -1).size, 1) << "the short one";
  EXPECT_EQ(places.place(Kind::kPanel, 0, {{{90, 150}, 0}}, -1).size, -1);
}

TEST(LabelPlaces, LabelsAndFacesOfAGroupStayFree) {
  std::vector<cv::Rect> faces;
  for (int i = 0; i < 5; ++i) faces.emplace_back(40 + 110 * i, 200 + 7 * (i % 3), 60, 60);
  LabelPlaces places({640, 480}, kUnit, faces);
  std::vector<cv::Rect> labels;
  for (std::size_t i = 0; i < faces.size(); ++i) {
    labels.push_back(places.place(Kind::kTag, i, kTag, -1).area);
  }
  for (std::size_t i = 0; i < faces.size(); ++i) {
    labels.push_back(places.place(Kind::kPanel, i, {{{90, 130}, 0}}, -1).area);
  }
  for (std::size_t i = 0; i < labels.size(); ++i) {
    for (const cv::Rect& face : faces) EXPECT_EQ((labels[i] & face).area(), 0) << i;
    for (std::size_t k = 0; k < i; ++k) EXPECT_EQ((labels[i] & labels[k]).area(), 0) << i << k;
  }
}

TEST(LabelPlaces, ALessFullOneIsTakenWhereTheFullOneWouldCoverFaces) {
  const std::vector<cv::Rect> crowd = {{100, 100, 40, 40},
                                       {150, 100, 40, 40},
                                       {50, 100, 40, 40},
                                       {100, 50, 40, 40},
                                       {100, 150, 40, 40},
                                       {150, 150, 40, 40},
                                       {50, 50, 40, 40}};
  LabelPlaces places({240, 240}, kUnit, crowd);
  EXPECT_EQ(places.place(Kind::kPanel, 0, {{{100, 100}, 0}, {{0, 0}, 30}}, -1).size, 1);
}

TEST(LabelPlaces, AVideosLabelStaysOnItsSide) {
  const std::vector<cv::Rect> face = {{300, 200, 60, 60}};
  const std::vector<LabelSize> panel = {{{90, 130}, 0}};
  const int right = LabelPlaces({640, 480}, kUnit, face).place(Kind::kPanel, 0, panel, -1).slot;
  const LabelPlace stays = LabelPlaces({640, 480}, kUnit, face).place(Kind::kPanel, 0, panel, 1);
  EXPECT_EQ(right, 0);
  EXPECT_EQ(stays.slot, 1);
  EXPECT_LT(stays.area.x, 300);
}

}  // namespace
}  // namespace mien
