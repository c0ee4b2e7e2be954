"""MediaPipe's face mesh (its face landmarker as the package brings it, with the irises) on a video: decode, find, follow, landmarks.

It takes as many threads as it likes: its Python interface has no setting for that.
"""
import cv2
import mediapipe

import measure


def main():
    flags = measure.parser(__doc__)
    flags.add_argument("--video", required=True)
    flags.add_argument("--faces", type=int, default=1, help="most faces a frame")
    options = flags.parse_args()
    frames = found = 0

    def read():
        nonlocal frames, found
        frames = found = 0
        video = cv2.VideoCapture(options.video)
        with mediapipe.solutions.face_mesh.FaceMesh(max_num_faces=options.faces, refine_landmarks=True) as mesh:
            while True:
                more, picture = video.read()
                if not more:
                    return
                faces = mesh.process(cv2.cvtColor(picture, cv2.COLOR_BGR2RGB)).multi_face_landmarks
                frames += 1
                found += len(faces or [])

    timing = measure.timed(read, options.steps, options.warmup)
    measure.report("face-mesh", frames, timing, faces=found, frames=frames)


if __name__ == "__main__":
    main()
