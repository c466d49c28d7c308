// What a file looks like, and which column it gets.
import { ScrollBox } from '../parts/scroll-box.tsx';

export function ShapeExample() {
  return (
    <ScrollBox class="example" label="Example of a file">
      <table>
        <thead>
          <tr>
            <th scope="col">S. No.</th>
            <th scope="col">Product Name</th>
            <th scope="col">Input Image Urls</th>
            <th scope="col" class="added">
              Output Image Urls
            </th>
          </tr>
        </thead>
        <tbody>
          <tr>
            <td>1</td>
            <td>Stoneware mug</td>
            <td>https://…/mug.jpg, https://…/mug-side.jpg</td>
            <td class="added">added by halve</td>
          </tr>
        </tbody>
      </table>
    </ScrollBox>
  );
}
